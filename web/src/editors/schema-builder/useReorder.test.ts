import { expect, it } from "vitest";
import { placeByHeight, placeByKey } from "./useReorder";

it.each([
  ["ArrowUp", 2, 1],
  ["ArrowUp", 0, 0],
  ["ArrowDown", 3, 4],
  ["ArrowDown", 4, 4],
  ["Home", 3, 0],
  ["End", 1, 4],
  ["a", 1, null],
])("%s leads from place %i to %s", (key, at, place) => {
  expect(placeByKey(key, at, 5)).toBe(place);
});

it.each([
  [0, 5, 0],
  [0, 25, 1],
  [0, 999, 3],
  [3, -5, 0],
  [3, 25, 2],
  [2, 25, 2],
])("dragging %i to height %i puts it at %i", (from, height, place) => {
  expect(placeByHeight([10, 20, 30, 40], from, height)).toBe(place);
});
