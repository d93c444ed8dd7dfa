"""Python's names, as names.tsv has them, and what a call of each looks like in C++."""

import dataclasses
import re

import source


@dataclasses.dataclass(frozen=True)
class Row:
    """A line of names.tsv."""
    module: str
    name: str
    kind: str
    signature: str
    since: str
    wave: str
    not_applicable: str

    @property
    def full(self):
        return f"{self.module}.{self.name}"

    @property
    def word(self):
        """What stands in the code: the last part of the name, or the keyword of Thread(context=)."""
        keyword = re.search(r"\((\w+)=\)$", self.name)
        return keyword.group(1) if keyword else self.name.rpartition(".")[2]

    @property
    def owner(self):
        """The class that the name belongs to; the module's own names have none."""
        keyword = re.match(r"(\w+)\(\w+=\)$", self.name)
        return keyword.group(1) if keyword else self.name.rpartition(".")[0]


def read_names(path):
    lines = path.read_text().splitlines()
    return [Row(*(line.split("\t") + [""] * 7)[:7]) for line in lines[1:] if line]


@dataclasses.dataclass(frozen=True)
class Plan:
    """The forms of a call that a probe must contain."""
    counts: frozenset  # numbers of arguments, all given by position
    keywords: frozenset  # fields of an options aggregate
    words: frozenset = frozenset()  # other names that belong to it


def _plan(*counts, keywords=(), words=()):
    return Plan(frozenset(counts), frozenset(keywords), frozenset(words))


# Where Python's signature, as names.tsv has it, does not say what the call looks like in C++. A callable and its
# arguments follow the options, one by one, where Python has target=, function=, args= and kwargs=.
BY_HAND = {
    "contextvars.ContextVar": _plan(1, keywords={"default_value"}),  # `default` is a keyword of C++.
    "contextvars.ContextVar.get": _plan(0, 1),
    "contextvars.ContextVar.set": _plan(1),
    "contextvars.ContextVar.reset": _plan(1),
    "contextvars.Context.run": _plan(1, 3),
    # A reference to one of two types: by position only.
    "threading.Condition": _plan(0, 1),
    "threading.Thread": _plan(0, 3, keywords={"group", "name", "daemon"}),
    "threading.Timer": _plan(2, 4),
    "threading.excepthook": _plan(1, words={"set_excepthook"}),
    # Properties that Python lets one assign to.
    **{f"threading.{thread}.{name}": _plan(0, words={f"set_{name}"})
       for thread in ("Thread", "Timer") for name in ("name", "daemon")},
    "concurrent.futures.Executor": _plan(),  # An interface: what it is good for is derived.
    # A callable and its arguments; options come before them.
    **{f"concurrent.futures.{kind}.submit": _plan(2) for kind in ("Executor", "ThreadPoolExecutor", "ProcessPoolExecutor")},
    **{f"concurrent.futures.{kind}.map": _plan(2, 3, keywords={"timeout", "chunksize"})
       for kind in ("Executor", "ThreadPoolExecutor", "ProcessPoolExecutor")},
    # Where initargs= is not by position, the arguments follow the initializer.
    "concurrent.futures.ThreadPoolExecutor": _plan(0, 4, keywords={"max_workers", "thread_name_prefix", "initializer"}),
    "concurrent.futures.ProcessPoolExecutor": _plan(0, 4, keywords={"max_workers", "mp_context", "initializer",
                                                                    "max_tasks_per_child"}),
    # What other functions make: nobody calls these.
    **{f"asyncio.{kind}": _plan() for kind in ("AbstractEventLoop", "Handle", "TimerHandle", "Task")},
    # With loop=: loop.create_future() and loop.create_task().
    "asyncio.Future": _plan(0),
    "asyncio.ensure_future": _plan(1),
    **{f"asyncio.{kind}.add_done_callback": _plan(1) for kind in ("Future", "Task")},
    # One optional argument, by position.
    **{f"asyncio.{kind}.cancel": _plan(0, 1) for kind in ("Future", "Task")},
    "asyncio.Task.get_stack": _plan(0, 1),
    "asyncio.Task.print_stack": _plan(0, 1, 2),
    **{f"asyncio.{name}": _plan(0, 1) for name in ("all_tasks", "current_task")},
    **{f"asyncio.{name}": _plan(1, 2) for name in ("sleep", "wrap_future")},
    # A reference to a lock, or none; one optional argument, by position.
    **{f"asyncio.{name}": _plan(0, 1) for name in ("Condition", "Condition.notify", "Semaphore", "BoundedSemaphore")},
    # A tag of this name in front.
    "asyncio.gather": _plan(0, 2, 3, words={"return_exceptions"}),
    # The context in front, as the options of others.
    "asyncio.Runner.run": _plan(1, 2),
    # A callable and its arguments; options come before them.
    **{f"asyncio.AbstractEventLoop.{name}": _plan(1, 3, keywords={"context"})
       for name in ("call_soon", "call_soon_threadsafe")},
    **{f"asyncio.AbstractEventLoop.{name}": _plan(2, 4, keywords={"context"}) for name in ("call_at", "call_later")},
    **{f"asyncio.AbstractEventLoop.{name}": _plan(2, 4)
       for name in ("add_reader", "add_writer", "add_signal_handler", "run_in_executor")},
    "asyncio.to_thread": _plan(1, 3),
    # Its third argument is an aggregate.
    "asyncio.eager_task_factory": _plan(keywords={"name", "context"}),
    "multiprocessing.Process": _plan(0, 3, keywords={"group", "name", "daemon"}),
    # Properties that Python lets one assign to.
    **{f"multiprocessing.Process.{name}": _plan(0, words={f"set_{name}"}) for name in ("name", "daemon")},
    # What main was given: C++ has no other way to it.
    "multiprocessing.freeze_support": _plan(2),
    # One optional argument, by position.
    "multiprocessing.get_context": _plan(0, 1),
    # Python's type codes are template arguments.
    **{f"{module}.{kind}": plan for module in ("multiprocessing", "multiprocessing.sharedctypes")
       for kind, plan in {"Array": _plan(1, keywords={"lock"}), "RawArray": _plan(1),
                          "Value": _plan(0, 1, keywords={"lock"}), "RawValue": _plan(0, 1)}.items()},
    # The lock is of any type, which it is asked for: by position only.
    "multiprocessing.sharedctypes.synchronized": _plan(1, 2),
    # A reference to one of two types: by position only.
    **{f"{module}.Condition": _plan(0, 1) for module in ("multiprocessing", "multiprocessing.synchronize")},
    # No object depends on a start method: there is no ctx=.
    **{f"multiprocessing.synchronize.{kind}": _plan(0) for kind in ("Event", "Lock", "RLock")},
    **{f"multiprocessing.synchronize.{kind}": _plan(0, 1, keywords={"value"})
       for kind in ("Semaphore", "BoundedSemaphore")},
    **{f"multiprocessing.queues.{kind}": _plan(0, 1, keywords={"maxsize"}) for kind in ("Queue", "JoinableQueue")},
    "multiprocessing.queues.SimpleQueue": _plan(0),
    # Where initargs= is not by position, the arguments follow the initializer.
    "multiprocessing.Pool": _plan(0, 4, keywords={"processes", "maxtasksperchild"}),
    "multiprocessing.pool.Pool": _plan(0, 5, keywords={"processes", "maxtasksperchild", "context"}),
    # A callable and its arguments; options come before them.
    "multiprocessing.pool.ThreadPool": _plan(0, 3, keywords={"processes", "initializer"}),
    **{f"multiprocessing.pool.{kind}.apply": _plan(1, 3) for kind in ("Pool", "ThreadPool")},
    **{f"multiprocessing.pool.{kind}.apply_async": _plan(1, 3, keywords={"callback", "error_callback"})
       for kind in ("Pool", "ThreadPool")},
    **{f"multiprocessing.pool.{kind}.{name}": _plan(2, 3, keywords={"chunksize"})
       for name in ("map", "starmap", "imap", "imap_unordered") for kind in ("Pool", "ThreadPool")},
    **{f"multiprocessing.pool.{kind}.{name}": _plan(2, 5, keywords={"chunksize", "callback", "error_callback"})
       for name in ("map_async", "starmap_async") for kind in ("Pool", "ThreadPool")},
    # The elements are by position; a list that is attached to has none.
    "multiprocessing.shared_memory.ShareableList": _plan(1, keywords={"name"}),
}


def plan_of(row):
    """The Plan for a row of names.tsv."""
    if row.full in BY_HAND:
        return BY_HAND[row.full]
    if row.kind == "keyword":
        return _plan(keywords={row.word})
    if row.kind in ("exception", "constant"):
        return _plan()
    signature = row.signature.partition(" -> ")[0].strip()
    if not (signature.startswith("(") and signature.endswith(")")):
        return _plan(0)
    required, by_position, keywords, only_keywords = 0, 0, set(), False
    for parameter in source.arguments(signature[1:-1]):
        if parameter == "*":
            only_keywords = True
        elif parameter == "/":
            keywords.clear()  # What came before has no keyword. (At the front: only self came before.)
        else:
            name, _, default = parameter.partition("=")
            if default:
                keywords.add(name.partition(":")[0])
            else:  # A parameter that must be given is given by position.
                required += 1
            by_position += not only_keywords
    return _plan(required, by_position, keywords=keywords)


# Other names of a class, and the functions that make one: `auto loop = asyncio::new_event_loop();`.
ALIASES = {"asyncio.AbstractEventLoop": ("EventLoop",)}
MADE_BY = {
    "asyncio.AbstractEventLoop": ("new_event_loop", "get_running_loop", "get_event_loop", "get_loop"),
    "asyncio.Future": ("create_future", "wrap_future", "run_in_executor", "shield", "gather"),
    "asyncio.Handle": ("call_soon", "call_soon_threadsafe"),
    "asyncio.Task": ("create_task", "ensure_future"),
    "asyncio.Timeout": ("timeout", "timeout_at"),
    "asyncio.TimerHandle": ("call_later", "call_at"),
    "multiprocessing.connection.Connection": ("Pipe",),
    "multiprocessing.pool.AsyncResult": ("apply_async", "map_async", "starmap_async"),
}
