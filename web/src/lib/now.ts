/** One clock for all relative times on the page. */
import { createSharedComposable, useNow as useOwnNow } from "@vueuse/core";

export const useNow = createSharedComposable(() => useOwnNow({ interval: 5_000 }));
