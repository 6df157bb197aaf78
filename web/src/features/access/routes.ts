/** The screens of access: tokens and sessions. */
import type { RouteRecordRaw } from "vue-router";

export const routes: RouteRecordRaw[] = [
  {
    path: "/access",
    meta: {
      title: "Access",
      nav: { icon: "i-lucide-key-round", order: 12, group: "system", role: "OWNER" },
    },
    component: () => import("./components/AccessPage.vue"),
    children: [{ path: "new", component: () => import("./components/TokenForm.vue") }],
  },
];
