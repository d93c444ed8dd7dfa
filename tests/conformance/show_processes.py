"""What the programs about processes share: forked children; print_processes.h is the same in C++."""

import multiprocessing

from show import outcome

context = multiprocessing.get_context("fork")


class Forked:
    """A child that makes a call, tells its outcome, and ends."""

    def __init__(self, call):
        self._ours, theirs = context.Pipe(duplex=False)
        self._process = context.Process(target=lambda: theirs.send(str(outcome(call))))
        self._process.start()
        theirs.close()

    def said(self):
        """The outcome, once the child has ended."""
        text = self._ours.recv()
        self._process.join()
        return text


def in_process(call):
    """The outcome of call() in a child."""
    return Forked(call).said()
