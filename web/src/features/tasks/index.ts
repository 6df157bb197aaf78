/** What others may use of tasks. */
export { findTasks } from "./find-tasks";
