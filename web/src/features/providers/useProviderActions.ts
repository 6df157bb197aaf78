/** What can be done to a provider: check it, switch it off and on, delete it. */
import {
  DeleteProviderDocument,
  type ProviderFieldsFragment,
  UpdateProviderDocument,
  ValidateProviderDocument,
} from "@/gql/graphql";
import { useMutate } from "@/lib/mutate";
import { useNotices } from "@/lib/notices";
import { confirm } from "@/ui/confirm";

export function useProviderActions() {
  const notices = useNotices();
  const validate = useMutate(ValidateProviderDocument, "validateProvider");
  const update = useMutate(UpdateProviderDocument, "updateProvider");
  const remove = useMutate(DeleteProviderDocument, "deleteProvider");

  async function checkNow({ id, name }: ProviderFieldsFragment): Promise<void> {
    const outcome = await validate.run({ input: { id } });
    if (!outcome.ok) notices.failed(`${name} was not checked`, outcome.failure.message);
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
    const outcome = await update.run({ input: { id, isActive } });
    if (!outcome.ok) notices.failed(`${name} was not changed`, outcome.failure.message);
  }

  /** Whether it is gone: one that is in use is deactivated instead. */
  async function deleteIt({ id, name }: ProviderFieldsFragment): Promise<boolean> {
    const agreed = await confirm({
      title: `Delete ${name}?`,
      consequences:
        "If agents or unfinished runs use it, it is deactivated instead: what runs goes on, and nothing new begins. Otherwise it is removed for good, with its key.",
      action: "Delete provider",
      tone: "error",
    });
    if (!agreed) return false;
    const outcome = await remove.run({ input: { id } });
    if (!outcome.ok) {
      notices.failed(`${name} was not deleted`, outcome.failure.message);
      return false;
    }
    if (outcome.payload.deletedId) return true;
    notices.told(`${name} is in use`, "It is deactivated instead of deleted.");
    return false;
  }

  return { checkNow, setActive, deleteIt, isChecking: validate.isPending };
}
