import { screen } from "@testing-library/vue";
import { userEvent } from "@testing-library/user-event";
import { defineComponent, h, vModelText, withDirectives } from "vue";
import { expect, it, vi } from "vitest";
import { renderRoute } from "@/testing/render";
import { useSearchTerm } from "./search-term";

const List = defineComponent(() => {
  const { term, search } = useSearchTerm();
  const field = () =>
    withDirectives(h("input", { "onUpdate:modelValue": (value: string) => (term.value = value) }), [
      [vModelText, term.value],
    ]);
  return () => [field(), h("output", search.value)];
});
const routes = [{ path: "/list", component: List }];

it("stands in the address, beside what is there", async () => {
  const router = await renderRoute(routes, "/list?provider=p1");
  await userEvent.type(screen.getByRole("textbox"), "ann ");
  await vi.waitFor(() => {
    expect(router.currentRoute.value.query).toEqual({ provider: "p1", search: "ann " });
  });
  expect(screen.getByRole("status").textContent).toBe("ann");
  await userEvent.clear(screen.getByRole("textbox"));
  await vi.waitFor(() => {
    expect(router.currentRoute.value.query).toEqual({ provider: "p1" });
  });
});

it("follows the address", async () => {
  const router = await renderRoute(routes, "/list?search=ann");
  expect(screen.getByRole<HTMLInputElement>("textbox").value).toBe("ann");
  expect(screen.getByRole("status").textContent).toBe("ann");
  await router.push("/list");
  await vi.waitFor(() => {
    expect(screen.getByRole("status").textContent).toBe("");
  });
  expect(screen.getByRole<HTMLInputElement>("textbox").value).toBe("");
});
