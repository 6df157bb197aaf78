/** Puts a list in another order: by dragging a handle, or by the arrow keys on it. */
import { type Ref, nextTick, ref } from "vue";

/** Where the arrow keys lead from a place, or null if the key is another one. */
export function placeByKey(key: string, at: number, count: number): number | null {
  const last = count - 1;
  switch (key) {
    case "ArrowUp":
      return Math.max(0, at - 1);
    case "ArrowDown":
      return Math.min(last, at + 1);
    case "Home":
      return 0;
    case "End":
      return last;
    default:
      return null;
  }
}

/** The place in the list without the dragged item, for a pointer at that height. */
export function placeByHeight(middles: number[], from: number, height: number): number {
  return middles.filter((middle, index) => index !== from && middle < height).length;
}

export function useReorder(
  list: Readonly<Ref<HTMLElement | null>>,
  move: (from: number, to: number) => void,
) {
  const from = ref<number | null>(null);
  const to = ref<number | null>(null);

  function children(): HTMLElement[] {
    return [...(list.value?.children ?? [])] as HTMLElement[];
  }

  function start(event: PointerEvent, at: number): void {
    if (event.button !== 0) return;
    const handle = event.currentTarget as HTMLElement;
    handle.setPointerCapture(event.pointerId);
    from.value = to.value = at;
  }

  function drag(event: PointerEvent): void {
    if (from.value === null) return;
    const boxes = children().map((child) => child.getBoundingClientRect());
    const middles = boxes.map((box) => box.top + box.height / 2);
    to.value = placeByHeight(middles, from.value, event.clientY);
    children()[to.value]?.scrollIntoView({ block: "nearest" });
  }

  function drop(): void {
    if (from.value !== null && to.value !== null && from.value !== to.value) {
      move(from.value, to.value);
    }
    cancel();
  }

  function cancel(): void {
    from.value = to.value = null;
  }

  async function press(event: KeyboardEvent, at: number): Promise<void> {
    const place = placeByKey(event.key, at, children().length);
    if (place === null) return;
    event.preventDefault();
    const focused = event.target as HTMLElement;
    if (place !== at) move(at, place);
    // The card left the document for a moment, and the focus with it.
    await nextTick();
    focused.focus();
  }

  return {
    from,
    to,
    press,
    handle: (at: number) => ({
      onPointerdown: (event: PointerEvent) => {
        start(event, at);
      },
      onPointermove: drag,
      onPointerup: drop,
      onPointercancel: cancel,
      onKeydown: (event: KeyboardEvent) => void press(event, at),
    }),
  };
}
