"""What goes wrong in a history. Each fault begins when it is called, and ends by itself or with the peace."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from tests.fakes.disk import Refusal
from tests.simulation.control_room import CLIENT

if TYPE_CHECKING:
    from tests.simulation.history import History
    from tests.simulation.site import Box

Fault = Callable[["History"], None]
REFUSALS: list[Refusal] = ["full", "readonly", "io"]


def agent_killed(history: "History") -> None:
    _kill(history, history.some_box())


def _kill(history: "History", box: "Box") -> None:
    box.kill()
    history.soon(1, 60, box.start)


def agent_killed_at_work(history: "History") -> None:
    history.some_box().disk.fuse = history.world.chance.randint(1, 12)


def agent_restarted(history: "History") -> None:
    box = history.some_box()
    box.stop()
    history.soon(1, 20, box.start)


def power_cut(history: "History") -> None:
    box = history.some_box()
    box.cut_power()
    history.soon(5, 200, box.start)


def boot_loop(history: "History") -> None:
    """A weak power supply: the boot clock shows about the same again and again."""
    box = history.some_box()

    def cut(times: int) -> None:
        box.cut_power()
        history.soon(5, 20, box.start)
        if times:
            history.soon(25, 80, lambda: cut(times - 1))

    cut(history.world.chance.randint(2, 6))


def disk_lies_until_power_cut(history: "History") -> None:
    box = history.some_box()
    history.world.tell(box.name, "its disk lies from now on")
    box.disk.lie()

    def cut() -> None:
        if box.disk.lies:
            box.cut_power()
            history.soon(5, 100, box.start)

    history.soon(10, 200, cut)


def agents_disk_refuses(history: "History") -> None:
    box = history.some_box()
    how = history.world.chance.choice(REFUSALS)
    history.world.tell(box.name, f"its disk refuses: {how}")
    box.disk.refuse(how)
    if how == "full":  # what is in memory alone dies, but is counted
        history.soon(5, 200, lambda: _kill(history, box))
    history.soon(5, 300, lambda: box.disk.refuse(""))


def agents_disk_damaged(history: "History") -> None:
    box = history.some_box()
    box.kill()
    history.world.tell(box.name, "its disk is damaged")
    history.oracle.damaged(box.name, box.boot)
    box.disk.damage()
    history.soon(1, 60, box.start)


def wall_clock_steps(history: "History") -> None:
    box = history.some_box()
    box.set_wall_clock()
    history.world.tell(box.name, f"its clock is {box.wall_error:+.1f} s off, NTP {box.synchronized}")


def report_storm(history: "History") -> None:
    box = history.some_box()
    if box.running is not None:
        history.world.tell(box.name, "a storm of reports")
        for _ in range(history.world.chance.randint(20, 80)):
            box.guarded(box.measure)


def poison(history: "History") -> None:
    box = history.some_box()
    box.poison = history.world.chance.choice([0.1, 0.5, 1.0])
    history.world.tell(box.name, f"{box.poison:.0%} of its reports can't be taken")
    history.soon(30, 200, box.heal)


def link_cut(history: "History") -> None:
    """Neither end learns of it at once."""
    broker = history.broker
    client = history.world.chance.choice([CLIENT, *(box.agent for box in history.boxes)])
    history.world.tell(client, "its link is cut")
    broker.cut.add(client)
    history.soon(1, 45, lambda: broker.gone(client) if client in broker.cut else None)
    history.soon(5, 400, lambda: broker.cut.discard(client))


def publishes_forbidden(history: "History") -> None:
    box = history.some_box()
    history.world.tell(box.name, "the broker drops what it publishes")
    history.broker.forbidden.add(box.agent)
    history.soon(10, 300, lambda: history.broker.forbidden.discard(box.agent))


def bad_weather(history: "History") -> None:
    weather, chance = history.broker.weather, history.world.chance
    weather.loss = chance.choice([0.0, 0.1, 0.3, 0.6])
    weather.doubles = chance.choice([0.0, 0.2, 0.5])
    weather.slow, weather.slow_seconds = chance.choice([(0.0, 0.0), (0.3, 3.0), (0.05, 60.0)])
    history.world.tell("broker", f"bad weather: {weather}")
    history.soon(30, 300, history.calm)


def broker_killed(history: "History") -> None:
    history.broker.kill()
    history.soon(1, 200, history.broker.start)


def collector_killed(history: "History") -> None:
    history.room.kill()
    history.soon(1, 100, history.room.start)


def collector_killed_at_work(history: "History") -> None:
    history.room.disk.fuse = history.world.chance.randint(1, 12)


def collectors_power_cut(history: "History") -> None:
    history.room.cut_power()
    history.soon(5, 200, history.room.start)


def collectors_disk_lies_until_power_cut(history: "History") -> None:
    room = history.room
    history.world.tell("collector", "its disk lies from now on")
    room.disk.lie()

    def cut() -> None:
        if room.disk.lies:
            room.cut_power()
            history.soon(5, 100, room.start)

    history.soon(10, 200, cut)


def collectors_disk_refuses(history: "History") -> None:
    room = history.room
    how = history.world.chance.choice(REFUSALS)
    history.world.tell("collector", f"its disk refuses: {how}")
    room.disk.refuse(how)
    history.soon(5, 100, lambda: room.disk.refuse(""))


def collector_restored(history: "History") -> None:
    """From a copy made a while before."""
    room = history.room
    copy = room.disk.copy()
    history.world.tell("collector", "its store is copied")

    def restore() -> None:
        room.restore(copy)
        history.soon(1, 100, room.start)

    history.soon(10, 400, restore)


def inventory_misspelt(history: "History") -> None:
    box, room = history.some_box(), history.room
    history.world.tell("collector", f"{box.agent} is misspelt in the inventory")
    room.misspelt.add(box.agent)
    room.adopt()

    def correct() -> None:
        room.misspelt.discard(box.agent)
        room.adopt()

    history.soon(5, 300, correct)


def collectors_clock_steps(history: "History") -> None:
    """For a moment, or for long; and a machine without a clock begins in 1970."""
    room, chance = history.room, history.world.chance
    room.wall_error = chance.choice([3600.0, -3600.0, 7 * 3600.0, -7 * 3600.0, 100 - history.world.now])
    history.world.tell("collector", f"its clock is {room.wall_error:+.0f} s off")

    def right() -> None:
        history.world.tell("collector", "its clock is right")
        room.wall_error = 0.0

    history.soon(*chance.choice([(5, 15), (60, 400)]), right)


FAULTS: list[Fault] = [
    agent_killed,
    agent_killed_at_work,
    agent_restarted,
    power_cut,
    boot_loop,
    disk_lies_until_power_cut,
    agents_disk_refuses,
    agents_disk_damaged,
    wall_clock_steps,
    report_storm,
    poison,
    link_cut,
    publishes_forbidden,
    bad_weather,
    broker_killed,
    collector_killed,
    collector_killed_at_work,
    collectors_power_cut,
    collectors_disk_lies_until_power_cut,
    collectors_disk_refuses,
    collector_restored,
    inventory_misspelt,
    collectors_clock_steps,
]
