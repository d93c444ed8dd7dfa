# async_runner: one Runner for several runs in one loop and one context; what it refuses, and its end.
# needs: 3.11
# From: python/cpython#91218 (Runner, new in 3.11), row A20 and the documentation of Runner.
import asyncio
from contextvars import ContextVar, copy_context

from show import outcome

var = ContextVar("var", default="default")
loops = []


async def step(value):
    loops.append(asyncio.get_running_loop())
    before = var.get()
    var.set(value)
    await asyncio.sleep(0)
    return before


async def fails():
    raise ValueError("in the run")


async def leaves_a_task():
    return asyncio.create_task(step("left"))


runner = asyncio.Runner()
print(runner.run(step("one")), runner.run(step("two")), var.get())
print("one loop:", loops[0] is loops[1], runner.get_loop() is loops[0])
print(outcome(lambda: runner.run(fails())), runner.run(step("three")))

# A context of one's own.
context = copy_context()
context.run(var.set, "given")
print(runner.run(step("inside"), context=context), context[var], runner.run(step("four")))

# What one run leaves goes on in the next one.
task = runner.run(leaves_a_task())
print("left:", task.done())
runner.run(asyncio.sleep(0.001))
print("now:", task.done(), task.result())


# Refused.
async def nested():
    coroutines = [step("never"), step("never")]
    said = [outcome(lambda: runner.run(coroutines[0])), outcome(lambda: asyncio.run(coroutines[1]))]
    for coroutine in coroutines:
        coroutine.close()
    return said


print(runner.run(nested()))
runner.close()
runner.close()
print(runner.get_loop.__name__, outcome(runner.get_loop), loops[0].is_closed())
coroutine = step("never")
print(outcome(lambda: runner.run(coroutine)))
coroutine.close()

# Never used, and made with a loop of one's own.
unused = asyncio.Runner()
unused.close()
made = []


def factory():
    made.append(asyncio.new_event_loop())
    return made[-1]


# Without `with`, which makes the loop at once.
other = asyncio.Runner(loop_factory=factory, debug=True)
print("made when needed:", len(made), other.run(step("x")), len(made), made[0].get_debug())
print(other.get_loop() is made[0], made[0].is_running(), made[0].is_closed())
other.close()
print(made[0].is_closed(), len(made))
print(asyncio.run(step("y"), debug=False), var.get())
