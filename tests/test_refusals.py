"""What each answer of a mail server means, and what people are told to do."""

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaints_sheet.core.refusals import Phase, meaning, refusal, reply

PHASES = get_args(Phase)
WORDS = st.one_of(
    st.text(max_size=400),
    st.sampled_from(["4.7.28 rate limit", "5.1.1 nobody", "5.7.1 no", "5.3.4 too large"]),
)


@pytest.mark.parametrize(
    ("phase", "answer", "fault"),
    [
        ("address", "451 4.7.1 Greylisting in action, please come back later", "later"),
        ("address", "450 4.7.1 Client host rejected: cannot find your hostname", "later"),
        ("address", "450 4.7.28 Our system has detected an unusual rate of mail", "slow"),
        ("sender", "421 4.7.66 TLS 1.0 and 1.1 are not supported", "later"),
        ("sender", "451 4.7.500 Server busy, too many messages, throttled", "slow"),
        ("login", "421 4.3.2 too many connections", "slow"),
        ("address", "550 no such user here", "address"),
        ("address", "554 delivery error", "message"),
        ("address", "550 5.7.1 Sender not allowed", "stop"),
        ("address", "550 5.1.0 <robot@example.org>: Sender address rejected: User unknown", "stop"),
        ("end", "452 4.2.2 mailbox full", "unknown"),
        ("end", "354 go on", "unknown"),
        ("end", "554 5.2.0 STOREDRV.Submission.Exception:OutboundSpamException", "stop"),
        ("end", "550 5.2.3 message length exceeds administrative limit", "message"),
    ],
)
def test_answers_as_servers_give_them(phase: Phase, answer: str, fault: str) -> None:
    code, _, words = answer.partition(" ")
    assert meaning(phase, reply(int(code), words.encode())) == fault


@given(st.sampled_from(PHASES), st.integers(-1, 599), WORDS)
def test_every_refusal_says_on_one_line_what_the_server_said_and_what_to_do(phase, code, words) -> None:
    said = reply(code, words.encode("utf-8", "surrogatepass"))
    error = refusal(phase, said, "mail.example.org")
    assert error.message.startswith("mail.example.org ")
    assert "\n" not in error.message
    assert "\x1b" not in error.message
    assert len(error.message) < 400
    assert error.next_step


@given(st.integers(-1, 499), WORDS)
def test_after_the_last_line_nothing_but_a_refusal_for_good_lets_a_message_go_again(code, words) -> None:
    assert meaning("end", reply(code, words)) == "unknown"


@given(st.sampled_from(PHASES), st.integers(500, 599), WORDS)
def test_a_refusal_for_good_is_never_tried_again_by_itself(phase, code, words) -> None:
    assert meaning(phase, reply(code, words)) in ("address", "message", "stop")


@given(st.sampled_from([each for each in PHASES if each != "address"]), st.integers(500, 599), WORDS)
def test_only_an_answer_about_the_address_suspends_it(phase, code, words) -> None:
    said = reply(code, words)
    assert meaning(phase, said) != "address" or said.enhanced.startswith("5.1.")
