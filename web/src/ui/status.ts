/** How a status looks and is called; which ones there are, each feature says itself. */
export interface Look {
  label: string;
  color: "neutral" | "info" | "success" | "warning" | "error";
  icon: string;
  /** Work goes on right now. */
  isMoving?: boolean;
}
