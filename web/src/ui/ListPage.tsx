import { Button, Switch } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { type ReactNode, useEffect } from "react";
import { t } from "@/i18n";

interface Props {
  title: string;
  add?: { label: string; onClick: () => void } | undefined;
  /** For tables with many columns. */
  wide?: boolean;
  buttons?: ReactNode;
  /** Where the page belongs. */
  back?: ReactNode;
  archived?: { shown: boolean; onChange: (shown: boolean) => void };
  children: ReactNode;
}

export function ListPage({ title, add, wide, buttons, back, archived, children }: Props) {
  useEffect(() => {
    document.title = `${title} · ${t("common.product")}`;
  }, [title]);
  return (
    <div className={wide ? "content wide" : "content"}>
      {back}
      <div className="page-head">
        <h1>{title}</h1>
        {archived && (
          <Switch
            label={t("common.showArchived")}
            checked={archived.shown}
            onChange={(event) => {
              archived.onChange(event.currentTarget.checked);
            }}
          />
        )}
        {buttons}
        {add && (
          <Button leftSection={<IconPlus size={18} />} onClick={add.onClick}>
            {add.label}
          </Button>
        )}
      </div>
      {children}
    </div>
  );
}

interface RowProps {
  icon?: ReactNode;
  title: ReactNode;
  text?: ReactNode;
  end?: ReactNode;
  /** Buttons beside the row. */
  side?: ReactNode;
  onOpen?: (() => void) | undefined;
}

export function Row({ icon, title, text, end, side, onOpen }: RowProps) {
  const inside = (
    <>
      {icon && <span className="row-icon">{icon}</span>}
      <span className="row-text">
        <span className="row-title">{title}</span>
        {text && <span className="soft tabular">{text}</span>}
      </span>
      {end && <span className="row-end tabular">{end}</span>}
    </>
  );
  return (
    <li>
      {onOpen ? (
        <button type="button" className="row" onClick={onOpen}>
          {inside}
        </button>
      ) : (
        <div className="row">{inside}</div>
      )}
      {side}
    </li>
  );
}
