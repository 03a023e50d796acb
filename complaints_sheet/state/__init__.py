"""The memory: one database, reached only through here; values in, values out.

One run, from beginning to end:

    with open_state(config.state.folder, config.state.url, dry_run=dry_run) as state:
        run = state.runs.begin("run", as_of, today=as_of.date(), started=started)
        state.outbox.recover(at=started)                      # what a crash left behind

        recollection = state.registers.recall(register, today=run.today)
        judgement = judge(recollection.register, ...)         # its cases now know when they were first seen
        state.registers.remember(run, recollection)           # one transaction

        told = state.outbox.last_sent("folder")               # {(receiver, kind): SentSet}
        state.outbox.queue(messages, at=now, run=run)         # a key queued before is left out
        for waiting in state.outbox.entries("queued", channel="folder"):
            if state.outbox.claim(waiting.number, at=now):
                mark = partial(state.outbox.committing, waiting.number, now)
                deliver(waiting.message, settings, before_commit=mark)
                state.outbox.sent(waiting.number, at=now)     # also writes what the receiver was last told

        state.packs.record(PackRecord("fortnightly", meeting, start, end, figures, files, now, run.number))
        state.runs.finish(run, "done", finished=finished)

With `dry_run` the state is a private copy in memory: everything can be called and nothing is written.
SQLAlchemy is imported here and nowhere else, so import this package only inside the function that needs it.
"""

from complaints_sheet.state.opening import State, open_state

__all__ = ["State", "open_state"]
