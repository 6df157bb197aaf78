/** The screen of instances. */
import type { RouteRecordRaw } from "vue-router";

export const routes: RouteRecordRaw[] = [
  {
    path: "/instances",
    meta: { title: "Instances", nav: { icon: "i-lucide-server", order: 11, group: "system" } },
    component: () => import("./components/InstancesPage.vue"),
  },
];
