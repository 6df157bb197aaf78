/** The screens of runs. `/runs/new?assignment=…` opens the run form; `&from=…` fills it with the
 * input of an earlier run. */
import type { RouteRecordRaw } from "vue-router";

export const routes: RouteRecordRaw[] = [
  {
    path: "/runs",
    meta: { title: "Runs", nav: { icon: "i-lucide-activity", order: 4, group: "work" } },
    children: [
      {
        path: "",
        component: () => import("./components/RunsPage.vue"),
        children: [{ path: "new", component: () => import("./components/RunDrawer.vue") }],
      },
      { path: ":id", component: () => import("./components/RunPage.vue"), props: true },
    ],
  },
];
