from scripts.make_map import PAGE, page, unplaced


def test_every_module_of_the_core_stands_in_one_room():
    assert unplaced() == set()


def test_the_map_says_what_the_modules_say():
    assert PAGE.read_text(encoding="utf-8") == page(), "run: python scripts/make_map.py"
