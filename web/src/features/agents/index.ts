/** What others may use of agents. */
export { findAgents } from "./find-agents";
export { OUTPUT_MODES } from "./output-modes";
