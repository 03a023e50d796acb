"""The memory: one database, reached only through here; values in, values out.

One run, from beginning to end:

    with open_state(config.state.folder, config.state.url, dry_run=dry_run) as state:
        run = state.runs.begin("run", as_of, today=as_of.date(), started=started)
        state.outbox.recover(at=started)                      # what a crash left behind

        recalled = state.registers.recall(register, today=run.today)
        if recalled.alarm and not accept:                     # nothing may be judged, sent or removed
            if state.registers.alarm(register.id, recalled.alarm):
                ...                                           # tell the coordinator, this once
            state.runs.finish(run, "stopped", finished, recalled.alarm)
        judgement = judge(recalled.register, ...)             # its cases have ids, first days, events;
                                                              # its findings include those about edits
        state.registers.remember(run, recalled, accept=accept)         # one transaction
        state.registers.observe_breaches(run, judgement)
        words = state.words.accepted()
        state.words.accept(checked(judgement.findings, recalled.register.cases, words, run.today))
        speaking = heard(judgement.findings, recalled.register.cases, state.words.accepted())

        told = state.outbox.last_sent("folder")               # {(receiver, kind): SentSet}
        state.outbox.queue(messages, at=now, run=run)         # a key queued before is left out
        for waiting in state.outbox.entries("queued", channel="folder"):
            if state.outbox.claim(waiting.number, at=now):
                mark = partial(state.outbox.committing, waiting.number, now)
                deliver(waiting.message, settings, before_commit=mark)
                state.outbox.sent(waiting.number, at=now)     # also writes what the receiver was last told

        state.packs.record(PackRecord("fortnightly", meeting, start, end, figures, files, now, run.number))
        state.runs.finish(run, "done", finished=finished)

Asked later: `state.history.story(number)`, `.since(day)`, `.gone()`, `.forget(run, number, reason)`;
`health(state.engine)`, `back_up(state.engine, folder, at)`. A look without a run, such as `check`, opens with
`dry_run=True` and recalls with `name_new=False`.

With `dry_run` the state is a private copy in memory: everything can be called and nothing is written.
SQLAlchemy is imported here and nowhere else, so import this package only inside the function that needs it.
"""

from complaints_sheet.state.opening import State, open_state
from complaints_sheet.state.upkeep import Health, back_up, backups, health

__all__ = ["Health", "State", "back_up", "backups", "health", "open_state"]
