/** What can be done to a provider: check it, mend its address, switch it off and on, delete it. */
import { useMutate } from "@/lib/mutate";
import { dismiss, tell, tellFailure } from "@/lib/notices";
import { confirm } from "@/ui/confirm";
import {
  DeleteProviderDocument,
  type ProviderFieldsFragment,
  UpdateProviderDocument,
  ValidateProviderDocument,
} from "./gql/graphql";

export function useProviderActions() {
  const validate = useMutate(ValidateProviderDocument, "validateProvider");
  const update = useMutate(UpdateProviderDocument, "updateProvider");
  const remove = useMutate(DeleteProviderDocument, "deleteProvider");

  async function checkNow({ id }: ProviderFieldsFragment): Promise<void> {
    dismiss(id);
    tellFailure(id, "Not checked", await validate.run({ input: { id } }));
  }

  /** Its check follows. What others changed meanwhile stays. */
  async function setAddress(
    { id, revision }: ProviderFieldsFragment,
    baseUrl: string,
  ): Promise<void> {
    dismiss(id);
    const input = { id, baseUrl, expectedRevision: revision };
    tellFailure(id, "Not changed", await update.run({ input }));
  }

  async function setActive(provider: ProviderFieldsFragment, isActive: boolean): Promise<void> {
    const { id, name } = provider;
    const agreed =
      isActive ||
      (await confirm({
        title: `Deactivate ${name}?`,
        consequences:
          "It takes no new agents and no new runs. Runs that are queued or running go on to their end. You can activate it again.",
        action: "Deactivate",
      }));
    if (!agreed) return;
    dismiss(id);
    const title = isActive ? "Not activated" : "Not deactivated";
    tellFailure(id, title, await update.run({ input: { id, isActive } }));
  }

  /** Whether it is gone: one that is in use is deactivated instead. */
  async function deleteIt({ id, name }: ProviderFieldsFragment): Promise<boolean> {
    let isGone = false;
    await confirm({
      title: `Delete ${name}?`,
      consequences:
        "If agents or unfinished runs use it, it is deactivated instead: what runs goes on, and nothing new begins. Otherwise it is removed for good, with its key.",
      action: "Delete provider",
      tone: "error",
      act: async () => {
        const outcome = await remove.run({ input: { id } });
        isGone = outcome.ok && !!outcome.payload.deletedId;
        if (outcome.ok && !isGone) {
          const text = "Agents or unfinished runs use it: it is deactivated instead of deleted.";
          tell(id, { title: "It is in use", text, isFailure: false });
        }
        return outcome;
      },
    });
    return isGone;
  }

  return {
    checkNow,
    setAddress,
    setActive,
    deleteIt,
    isChecking: validate.isPending,
    isUpdating: update.isPending,
  };
}
