/** The document's title, told by whoever knows the name of what is shown. */
import { type MaybeRefOrGetter, toValue, watchEffect } from "vue";

export function usePageTitle(title: MaybeRefOrGetter<string | undefined>): void {
  watchEffect(() => {
    const name = toValue(title);
    if (name) document.title = `${name} · Rota`;
  });
}
