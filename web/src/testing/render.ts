/** Renders a screen as the app does: with its router, its client and Nuxt UI around it. */
import { render } from "@testing-library/vue";
import urql from "@urql/vue";
import { defineComponent, h } from "vue";
import { type RouteRecordRaw, RouterView, createMemoryHistory, createRouter } from "vue-router";
import App from "@nuxt/ui/components/App.vue";
import { client } from "@/lib/client";
import ConfirmDialog from "@/ui/ConfirmDialog.vue";

export async function renderRoute(routes: RouteRecordRaw[], path: string) {
  const router = createRouter({ history: createMemoryHistory(), routes });
  await router.push(path);
  const Root = defineComponent(
    () => () => h(App, null, { default: () => [h(RouterView), h(ConfirmDialog)] }),
  );
  render(Root, { global: { plugins: [router, [urql, client]] } });
  return router;
}
