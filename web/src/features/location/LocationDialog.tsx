import { Select, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import type { Location } from "@/api/types";
import { t } from "@/i18n";
import type { Window } from "@/lib/hours";
import { knownZones, viewerZone } from "@/lib/zone";
import { ArchiveButton } from "@/ui/ArchiveButton";
import { Dialog, DialogFooter } from "@/ui/Dialog";
import { focusFirstError, required, useRefusal } from "@/ui/form";
import { HoursEditor } from "@/ui/HoursEditor";
import { IntervalSelect } from "@/ui/IntervalSelect";
import { complained, said } from "@/ui/toast";
import { useArchiveLocation, useSaveLocation } from "./queries";

interface Props {
  location: Location | null;
  onClose: () => void;
}

const OFFICE: Window[] = [1, 2, 3, 4, 5].map((weekday) => ({ weekday, from: "09:00", to: "17:00" }));

export function LocationDialog({ location, onClose }: Props) {
  const save = useSaveLocation(location?.id);
  const archive = useArchiveLocation();
  const form = useForm({
    initialValues: {
      name: location?.name ?? "",
      time_zone: location?.time_zone ?? viewerZone(),
      opening_hours: location ? (location.opening_hours ?? []) : OFFICE,
      slot_interval_minutes: (location?.slot_interval_minutes ?? 15) as number | null,
    },
    validate: { name: required, time_zone: required },
  });
  const { refused, note, clear } = useRefusal(form);
  const zones = [...new Set([form.values.time_zone, ...knownZones()])].filter(Boolean).sort();

  const submit = form.onSubmit((values) => {
    clear();
    save.mutate(values, {
      onSuccess: () => {
        said(t("common.saved"));
        onClose();
      },
      onError: refused,
    });
  }, focusFirstError);

  return (
    <Dialog
      title={t(location ? "location.edit" : "location.add")}
      size={520}
      dirty={form.isDirty()}
      onClose={onClose}
    >
      <form className="form" noValidate onSubmit={submit}>
        {note}
        <TextInput label={t("common.name")} data-autofocus {...form.getInputProps("name")} />
        <Select
          label={t("location.zone")}
          data={zones.map((zone) => ({ value: zone, label: zone.replaceAll("_", " ") }))}
          searchable
          allowDeselect={false}
          {...form.getInputProps("time_zone")}
        />
        <HoursEditor
          label={t("location.hours")}
          value={form.values.opening_hours}
          onChange={(hours) => {
            form.setFieldValue("opening_hours", hours);
          }}
          errorAt={(path) => form.errors[`opening_hours.${path}`]}
        />
        <IntervalSelect
          label={t("location.interval")}
          value={form.values.slot_interval_minutes}
          error={form.errors["slot_interval_minutes"]}
          onChange={(value) => {
            form.setFieldValue("slot_interval_minutes", value);
          }}
        />
        <DialogFooter
          saving={save.isPending}
          onCancel={onClose}
          left={
            location && (
              <ArchiveButton
                title={t("location.archiveTitle", { name: location.name })}
                text={t("location.archiveText")}
                busy={archive.isPending}
                onArchive={() => {
                  archive.mutate(location.id, { onSuccess: onClose, onError: complained });
                }}
              />
            )
          }
        />
      </form>
    </Dialog>
  );
}
