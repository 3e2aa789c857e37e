"""What is told of packets that can't be decoded."""

from core.media.child.containers.packet_tally import PacketTally


def test_a_click_is_not_told_and_more_is_at_the_first_place() -> None:
    tally = PacketTally()
    tally.add_damage(7.0, 0.05)
    assert tally.told_damage_s is None
    tally.add_damage(9.0, 0.3)
    assert tally.told_damage_s == 7.0


def test_packets_of_something_else_are_forgotten_back_to_the_last_good_one() -> None:
    tally = PacketTally(packets=10)
    tally.keep()
    tally.packets, tally.bad_packets = 30, 20
    tally.add_damage(4.0, 1.0)
    assert tally.is_mostly_bad
    tally.forget_bad()
    assert (tally.packets, tally.bad_packets, tally.told_damage_s) == (10, 0, None)
