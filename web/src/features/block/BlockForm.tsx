import { Button, Switch, TextInput } from "@mantine/core";
import { DateInput } from "@mantine/dates";
import { useForm } from "@mantine/form";
import { useEffect } from "react";
import { t } from "@/i18n";
import { parseClock } from "@/lib/format";
import { addDays, instantOf, today } from "@/lib/zone";
import { focusFirstError, required, useRefusal } from "@/ui/form";
import { DATE_FORMAT } from "@/ui/dates";
import { TimeField } from "@/ui/TimeField";
import { type Owner, useAddBlock } from "./queries";

interface Props {
  owner: Owner;
  zone: string;
  onDirty: (dirty: boolean) => void;
}

export function BlockForm({ owner, zone, onDirty }: Props) {
  const add = useAddBlock();
  const form = useForm({
    initialValues: {
      allDay: true,
      start: today(zone),
      end: today(zone),
      from: "09:00",
      to: "17:00",
      reason: "",
    },
    validate: {
      start: required,
      end: (_, values) => (span(values, zone).ordered ? null : t("resource.block.endBeforeStart")),
    },
  });
  const { refused, note, clear } = useRefusal(form);
  const { allDay } = form.values;
  const dirty = form.isDirty();
  useEffect(() => {
    onDirty(dirty);
  }, [dirty, onDirty]);

  const submit = form.onSubmit((values) => {
    const { start, end } = span(values, zone);
    clear();
    add.mutate(
      { ...owner, start, end, reason: values.reason.trim() },
      { onSuccess: form.reset, onError: refused },
    );
  }, focusFirstError);

  return (
    <form className="form" noValidate onSubmit={submit}>
      {note}
      <Switch label={t("resource.block.allDay")} {...form.getInputProps("allDay", { type: "checkbox" })} />
      <div className="pair">
        <DateInput
          label={t(allDay ? "resource.block.firstDay" : "resource.block.start")}
          valueFormat={DATE_FORMAT}
          {...form.getInputProps("start")}
        />
        {!allDay && <TimeField label={t("resource.block.time")} {...form.getInputProps("from")} />}
        <DateInput
          label={t(allDay ? "resource.block.lastDay" : "resource.block.end")}
          valueFormat={DATE_FORMAT}
          {...form.getInputProps("end")}
        />
        {!allDay && <TimeField label={t("resource.block.time")} {...form.getInputProps("to")} />}
      </div>
      <TextInput
        label={`${t("resource.block.reason")} (${t("common.optional")})`}
        {...form.getInputProps("reason")}
      />
      <p className="soft">{t("resource.block.kept")}</p>
      <Button type="submit" loading={add.isPending} style={{ justifySelf: "start" }}>
        {t("resource.block.add")}
      </Button>
    </form>
  );
}

interface Values {
  allDay: boolean;
  start: string;
  end: string;
  from: string;
  to: string;
}

/** The instants meant: whole days run to the midnight after the last one. */
function span({ allDay, start, end, from, to }: Values, zone: string) {
  const first = instantOf(start, allDay ? 0 : (parseClock(from) ?? 0), zone);
  const after = allDay ? instantOf(addDays(end, 1), 0, zone) : instantOf(end, parseClock(to) ?? 0, zone);
  return { start: new Date(first).toISOString(), end: new Date(after).toISOString(), ordered: first < after };
}
