/** Follows a run: every event once, from the last known one on, also when the connection was lost
 * in between. Events are taken in once a frame, however many arrive. */
import { onScopeDispose, shallowRef, watch } from "vue";
import { onEnd, pipe, subscribe } from "wonka";
import { client } from "@/lib/client";
import { connection } from "@/lib/connection";
import { WatchRunEventsDocument } from "./gql/graphql";
import { type RunEvent, type Story, emptyStory, isOver, tell } from "./story";

const RETRY_DELAY_MS = 2_000;
/** A page that nobody sees has no frames. */
const HIDDEN_INTERVAL_MS = 500;

export function useRunEvents(runId: () => string) {
  const story = shallowRef<Story>(emptyStory());
  let arrived: RunEvent[] = [];
  let stop = (): void => undefined;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let cancelFrame: (() => void) | undefined;

  function takeIn(): void {
    cancelFrame = undefined;
    story.value = tell(story.value, arrived);
    arrived = [];
    if (story.value.hasGap) open();
  }

  function schedule(): void {
    if (cancelFrame) return;
    if (document.hidden) {
      const timer = setTimeout(takeIn, HIDDEN_INTERVAL_MS);
      cancelFrame = () => {
        clearTimeout(timer);
      };
    } else {
      const frame = requestAnimationFrame(takeIn);
      cancelFrame = () => {
        cancelAnimationFrame(frame);
      };
    }
  }

  function close(): void {
    clearTimeout(retry);
    stop();
    stop = () => undefined;
  }

  function openLater(): void {
    clearTimeout(retry);
    retry = setTimeout(open, RETRY_DELAY_MS);
  }

  function open(): void {
    close();
    const known = arrived.at(-1)?.sequence ?? story.value.lastSequence;
    if (connection.state.value !== "live" || isOver(story.value.status)) return;
    const asked = { runId: runId(), after: known };
    const watched = pipe(
      client.value.subscription(WatchRunEventsDocument, asked),
      onEnd(openLater),
      subscribe(({ data, error }) => {
        if (error) openLater();
        if (!data) return;
        arrived.push(data.runEvents);
        schedule();
      }),
    );
    // What was unsubscribed on purpose is not to be opened again.
    stop = () => {
      watched.unsubscribe();
      clearTimeout(retry);
    };
  }

  function start(): void {
    cancelFrame?.();
    cancelFrame = undefined;
    arrived = [];
    story.value = emptyStory();
    open();
  }

  watch([runId, client], start, { immediate: true });
  // At once, so that the socket does not ask again from where it first began.
  watch(connection.state, open, { flush: "sync" });
  onScopeDispose(() => {
    cancelFrame?.();
    close();
  });

  return { story };
}
