import { Input, SegmentedControl, Select, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import type { Location, Resource } from "@/api/types";
import { useCan } from "@/features/session";
import { t } from "@/i18n";
import { ArchiveButton } from "@/ui/ArchiveButton";
import { Dialog, DialogFooter } from "@/ui/Dialog";
import { focusFirstError, required, useRefusal } from "@/ui/form";
import { HoursEditor } from "@/ui/HoursEditor";
import { complained, said } from "@/ui/toast";
import { type Kind, KINDS } from "./kinds";
import { LoginField } from "./LoginField";
import { useArchiveResource, useSaveResource } from "./queries";

interface Props {
  resource: Resource | null;
  places: Location[];
  onClose: () => void;
}

export function ResourceDialog({ resource, places, onClose }: Props) {
  const save = useSaveResource(resource?.id);
  const archive = useArchiveResource();
  const mayPick = useCan()("people.read");
  const form = useForm({
    initialValues: {
      name: resource?.name ?? "",
      kind: resource?.kind ?? ("STAFF" as Kind),
      location_id: resource?.location_id ?? places[0]?.id ?? "",
      hours: resource?.hours ?? null,
      user_id: resource?.user_id ?? null,
    },
    validate: { name: required, location_id: required },
  });
  const { refused, note, clear } = useRefusal(form);
  const { hours, location_id } = form.values;

  const submit = form.onSubmit((values) => {
    clear();
    const { user_id, ...rest } = values;
    const person = values.kind === "STAFF" ? user_id : null;
    // Rooms have no login; an unchanged one is not sent, for managers may save the rest of what owners set.
    const connected = person === (resource?.user_id ?? null) ? {} : { user_id: person };
    save.mutate(
      { ...rest, ...connected },
      {
        onSuccess: () => {
          said(t("common.saved"));
          onClose();
        },
        onError: refused,
      },
    );
  }, focusFirstError);
  const ownHours = (own: boolean) => {
    const start = places.find(({ id }) => id === location_id)?.opening_hours ?? [];
    form.setFieldValue("hours", own ? start : null);
  };

  return (
    <Dialog
      title={t(resource ? "resource.edit" : "resource.add")}
      size={520}
      dirty={form.isDirty()}
      onClose={onClose}
    >
      <form className="form" noValidate onSubmit={submit}>
        {note}
        <TextInput label={t("common.name")} data-autofocus {...form.getInputProps("name")} />
        <Input.Wrapper label={t("resource.kind")} labelElement="div">
          <SegmentedControl
            fullWidth
            aria-label={t("resource.kind")}
            data={KINDS.map((kind) => ({ value: kind, label: t(`resource.kinds.${kind}`) }))}
            {...form.getInputProps("kind")}
          />
        </Input.Wrapper>
        {places.length > 1 && (
          <Select
            label={t("resource.location")}
            data={places.map(({ id, name }) => ({ value: id, label: name }))}
            allowDeselect={false}
            {...form.getInputProps("location_id")}
          />
        )}
        {form.values.kind === "STAFF" && mayPick && <LoginField {...form.getInputProps("user_id")} />}
        <Input.Wrapper label={t("resource.hours")} labelElement="div">
          <SegmentedControl
            fullWidth
            aria-label={t("resource.hours")}
            value={hours ? "own" : "same"}
            onChange={(value) => {
              ownHours(value === "own");
            }}
            data={[
              { value: "same", label: t("resource.sameHours") },
              { value: "own", label: t("resource.ownHours") },
            ]}
          />
        </Input.Wrapper>
        {hours && (
          <HoursEditor
            label={t("resource.ownHours")}
            value={hours}
            onChange={(value) => {
              form.setFieldValue("hours", value);
            }}
            errorAt={(path) => form.errors[`hours.${path}`]}
          />
        )}
        <DialogFooter
          saving={save.isPending}
          onCancel={onClose}
          left={
            resource && (
              <ArchiveButton
                title={t("resource.archiveTitle", { name: resource.name })}
                text={t("resource.archiveText")}
                busy={archive.isPending}
                onArchive={() => {
                  archive.mutate(resource.id, { onSuccess: onClose, onError: complained });
                }}
              />
            )
          }
        />
      </form>
    </Dialog>
  );
}
