import { render, screen } from "@testing-library/vue";
import { expect, it } from "vitest";
import MixedScripts from "./MixedScripts.vue";

it("says which scripts a name mixes", () => {
  render(MixedScripts, { props: { name: "Вilling Bot" } });
  screen.getByRole("img", { name: "This name mixes letters: Cyrillic, Latin" });
});

it("says nothing of other names", () => {
  render(MixedScripts, { props: { name: "Billing Bot" } });
  expect(screen.queryByRole("img")).toBeNull();
});
