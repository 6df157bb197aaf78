/** What the cache keeps of tasks. */
import type { CachePart } from "@/lib/cache";
import { edited } from "@/lib/cache-optimistic";
import { changed, created, deleted } from "@/lib/cache-updates";

export const cache: CachePart = {
  identified: ["Task", "TaskRevision"],
  byId: { task: "Task" },
  subscriptions: { taskChanged: changed("Task", "tasks") },
  mutations: { createTask: created("tasks"), deleteTask: deleted("Task", "tasks") },
  optimistic: { updateTask: edited("Task", "name", "description") },
};
