import { Checkbox, NumberInput, Stack, Switch, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import type { Resource, Service, ServiceInput } from "@/api/types";
import { useMe } from "@/features/session";
import { t } from "@/i18n";
import { durationText } from "@/lib/format";
import { currencyDigits, fromMajor, toMajor } from "@/lib/money";
import { ArchiveButton } from "@/ui/ArchiveButton";
import { Dialog, DialogFooter } from "@/ui/Dialog";
import { focusFirstError, required, useRefusal } from "@/ui/form";
import { IntervalSelect } from "@/ui/IntervalSelect";
import { complained, said } from "@/ui/toast";
import { useArchiveService, useSaveService } from "./queries";

interface Props {
  service: Service | null;
  people: Resource[];
  onClose: () => void;
}

function initial(service: Service | null, people: Resource[]) {
  return {
    name: service?.name ?? "",
    duration_minutes: service?.duration_minutes ?? 30,
    price: service?.price ? toMajor(service.price) : 0,
    slot_interval_minutes: service?.slot_interval_minutes ?? null,
    buffer_before_minutes: service?.buffer_before_minutes ?? 0,
    buffer_after_minutes: service?.buffer_after_minutes ?? 0,
    buffers_inside_hours: service?.buffers_inside_hours ?? false,
    min_notice_minutes: service?.min_notice_minutes ?? 120,
    max_advance_days: service?.max_advance_days ?? 60,
    public: service?.public ?? true,
    resource_ids: service ? (service.resource_ids ?? []) : people.map(({ id }) => id),
  };
}

export function ServiceDialog({ service, people, onClose }: Props) {
  const currency = useMe()?.tenant?.currency ?? service?.price?.currency ?? "EUR";
  const save = useSaveService(service?.id);
  const archive = useArchiveService();
  const form = useForm({ initialValues: initial(service, people), validate: { name: required } });
  const { refused, note, clear } = useRefusal(form);
  const { values } = form;
  const minutes = (name: keyof typeof values, min = 0) => ({
    min,
    max: 1440,
    allowDecimal: false,
    ...form.getInputProps(name),
  });

  const submit = form.onSubmit(({ min_notice_minutes, ...filled }) => {
    // A notice that nobody touched stays the location's or the business's, where it is.
    const notice = !service || form.isDirty("min_notice_minutes") ? { min_notice_minutes } : {};
    const body: ServiceInput = { ...filled, ...notice, price: fromMajor(Number(filled.price), currency) };
    clear();
    save.mutate(body, {
      onSuccess: () => {
        said(t("common.saved"));
        onClose();
      },
      onError: refused,
    });
  }, focusFirstError);

  return (
    <Dialog
      title={t(service ? "service.edit" : "service.add")}
      size={560}
      dirty={form.isDirty()}
      onClose={onClose}
    >
      <form className="form" noValidate onSubmit={submit}>
        {note}
        <TextInput label={t("common.name")} data-autofocus {...form.getInputProps("name")} />
        <div className="pair">
          <NumberInput label={t("service.duration")} step={5} {...minutes("duration_minutes", 5)} />
          <NumberInput
            label={t("service.price", { currency })}
            min={0}
            decimalScale={currencyDigits(currency)}
            fixedDecimalScale
            {...form.getInputProps("price")}
            error={form.errors["price"] ?? form.errors["price.amount"] ?? form.errors["price.currency"]}
          />
        </div>
        {people.length === 0 ? (
          <p className="soft">{t("service.noResources")}</p>
        ) : (
          <Checkbox.Group label={t("service.resources")} {...form.getInputProps("resource_ids")}>
            <Stack gap={8} mt={4}>
              {people.map(({ id, name }) => (
                <Checkbox key={id} value={id} label={name} />
              ))}
            </Stack>
          </Checkbox.Group>
        )}
        <Switch label={t("service.public")} {...form.getInputProps("public", { type: "checkbox" })} />
        <div className="pair">
          <IntervalSelect
            label={t("service.interval")}
            inherited={t("service.intervalInherited")}
            value={values.slot_interval_minutes}
            error={form.errors["slot_interval_minutes"]}
            onChange={(value) => {
              form.setFieldValue("slot_interval_minutes", value);
            }}
          />
          <NumberInput
            label={t("service.notice")}
            step={15}
            {...minutes("min_notice_minutes")}
            max={100_000}
          />
          <NumberInput label={t("service.advance")} {...minutes("max_advance_days")} max={730} />
        </div>
        <p className="soft">
          {t(values.slot_interval_minutes === null ? "service.ruleInherited" : "service.rule", {
            notice: durationText(Number(values.min_notice_minutes)),
            days: values.max_advance_days,
            interval: durationText(values.slot_interval_minutes ?? 0),
          })}
        </p>
        <div className="pair">
          <NumberInput label={t("service.bufferBefore")} step={5} {...minutes("buffer_before_minutes")} />
          <NumberInput label={t("service.bufferAfter")} step={5} {...minutes("buffer_after_minutes")} />
        </div>
        <Switch
          label={t("service.buffersInside")}
          {...form.getInputProps("buffers_inside_hours", { type: "checkbox" })}
        />
        <DialogFooter
          saving={save.isPending}
          onCancel={onClose}
          left={
            service && (
              <ArchiveButton
                title={t("service.archiveTitle", { name: service.name })}
                text={t("service.archiveText")}
                busy={archive.isPending}
                onArchive={() => {
                  archive.mutate(service.id, { onSuccess: onClose, onError: complained });
                }}
              />
            )
          }
        />
      </form>
    </Dialog>
  );
}
