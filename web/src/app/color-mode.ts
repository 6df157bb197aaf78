/** Light or dark: the system's choice until somebody makes another one. */
import { createSharedComposable, useColorMode as useStored } from "@vueuse/core";

// Without transitions switched off, which needs a style element that the policy refuses.
export const useColorMode = createSharedComposable(() =>
  useStored({ storageKey: "rota.theme", disableTransition: false, emitAuto: true }),
);

export function applyColorMode(): void {
  useColorMode();
}
