/** What others may use of assignments. */
export { default as AssignmentPicker } from "./components/AssignmentPicker.vue";
export { findAssignments } from "./find-assignments";
export { AssignedTasks } from "./pages";
export { useAssignmentsLive } from "./useAssignmentsLive";
