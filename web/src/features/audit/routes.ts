/** The screen of the audit. */
import type { RouteRecordRaw } from "vue-router";

export const routes: RouteRecordRaw[] = [
  {
    path: "/audit",
    meta: {
      title: "Audit",
      nav: { icon: "i-lucide-scroll-text", order: 13, group: "system", role: "OWNER" },
    },
    component: () => import("./components/AuditPage.vue"),
  },
];
