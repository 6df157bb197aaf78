/** The screens of providers. */
import type { RouteRecordRaw } from "vue-router";

const form = () => import("./components/ProviderForm.vue");

export const routes: RouteRecordRaw[] = [
  {
    path: "/providers",
    meta: { title: "Providers", nav: { icon: "i-lucide-plug", order: 3, group: "work" } },
    component: () => import("./components/ProvidersPage.vue"),
    children: [
      { path: "new", component: form },
      { path: ":id", component: () => import("./components/ProviderDrawer.vue"), props: true },
      { path: ":id/edit", component: form, props: true },
    ],
  },
];
