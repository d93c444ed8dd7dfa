# as_completed() gives the results one by one, whichever is there first.
import asyncio


async def phase(i):
    print(f"in phase {i}")
    await asyncio.sleep(0.5 - (0.1 * i))
    print(f"done with phase {i}")
    return f"phase {i} result"


async def main(num_phases):
    print("starting main")
    phases = [asyncio.create_task(phase(i)) for i in range(num_phases)]
    print("waiting for phases to complete")
    results = []
    for next_to_complete in asyncio.as_completed(phases):
        print("waiting for the next one")
        answer = await next_to_complete
        print(f"received answer {answer}")
        results.append(answer)
    return results


if __name__ == "__main__":
    for result in asyncio.run(main(3)):
        print(result)
