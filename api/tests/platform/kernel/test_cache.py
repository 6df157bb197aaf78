"""What a cache keeps: the latest used, as long as they are not too heavy."""

from rota.platform.kernel.cache import Cache


def test_the_latest_used_are_kept_by_weight() -> None:
    cache: Cache[str, int] = Cache(10, weigh=lambda value: value)
    for name, weight in {"a": 4, "b": 3, "c": 3}.items():
        cache[name] = weight
    assert cache["a"] == 4
    cache["d"] = 2
    assert sorted(cache) == ["a", "c", "d"]
    cache["e"] = 10
    assert list(cache) == ["e"]


def test_one_that_is_heavier_than_all_may_be_is_not_kept_and_drives_nobody_out() -> None:
    cache: Cache[str, int] = Cache(10, weigh=lambda value: value)
    cache["a"] = 4
    cache["b"] = 11
    assert dict(cache) == {"a": 4}


def test_what_makes_room_is_told() -> None:
    told: list[str] = []
    cache: Cache[str, int] = Cache(3, lambda _: 1, released=lambda: told.append("one"))
    for name in "abc":
        cache[name] = 1
    del cache["a"]
    assert told == []
    cache["d"] = cache["e"] = 1
    assert told == ["one"]


def test_one_that_takes_anothers_place_counts_once() -> None:
    cache: Cache[str, int] = Cache(10, weigh=lambda value: value)
    cache["a"] = 8
    cache["a"] = 9
    assert (dict(cache), cache.currsize) == ({"a": 9}, 9)
