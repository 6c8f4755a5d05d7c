import { Checkbox, Table } from "@mantine/core";
import type { ReactNode } from "react";
import { t } from "@/i18n";
import "./table.css";

export interface Column<T> {
  label: string;
  cell: (row: T) => ReactNode;
  /** Not needed to recognise a row: left out where there is little room. */
  minor?: boolean;
}

interface Selection {
  ids: ReadonlySet<string>;
  onChange: (ids: ReadonlySet<string>) => void;
}

interface Props<T> {
  label: string;
  rows: T[];
  idOf: (row: T) => string;
  nameOf: (row: T) => string;
  columns: Column<T>[];
  /** The first column's text becomes the button that opens a row, for the mouse the whole row is. */
  onOpen?: ((row: T) => void) | undefined;
  selection?: Selection | undefined;
  selectable?: (row: T) => boolean;
  actions?: (row: T) => ReactNode;
}

/** A table on a desk, cards on a phone. */
export function DataTable<T>({
  label,
  rows,
  idOf,
  nameOf,
  columns,
  onOpen,
  selection,
  selectable = () => true,
  actions,
}: Props<T>) {
  const ids = rows.filter(selectable).map(idOf);
  const chosen = ids.filter((id) => selection?.ids.has(id));
  return (
    <div className="table-box">
      <Table className="table" verticalSpacing={10} horizontalSpacing="md" aria-label={label}>
        <Table.Thead>
          <Table.Tr>
            {selection && (
              <Table.Th className="table-check">
                <Checkbox
                  aria-label={t("common.selectAll")}
                  disabled={ids.length === 0}
                  checked={ids.length > 0 && chosen.length === ids.length}
                  indeterminate={chosen.length > 0 && chosen.length < ids.length}
                  onChange={(event) => {
                    selection.onChange(new Set(event.currentTarget.checked ? ids : []));
                  }}
                />
              </Table.Th>
            )}
            {columns.map(({ label: head, minor }) => (
              <Table.Th key={head} data-minor={minor}>
                {head}
              </Table.Th>
            ))}
            {actions && (
              <Table.Th>
                <span className="visually-hidden">{t("common.more")}</span>
              </Table.Th>
            )}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((row) => (
            <Table.Tr key={idOf(row)} data-opens={onOpen !== undefined}>
              {selection && (
                <Table.Td className="table-check">
                  {selectable(row) && (
                    <Checkbox
                      aria-label={t("common.select", { name: nameOf(row) })}
                      checked={selection.ids.has(idOf(row))}
                      onChange={(event) => {
                        const next = new Set(selection.ids);
                        if (event.currentTarget.checked) next.add(idOf(row));
                        else next.delete(idOf(row));
                        selection.onChange(next);
                      }}
                    />
                  )}
                </Table.Td>
              )}
              {columns.map(({ label: head, cell, minor }, index) => (
                <Table.Td key={head} data-label={head} data-minor={minor} className="tabular">
                  {index === 0 && onOpen ? (
                    <button
                      type="button"
                      className="table-open"
                      onClick={() => {
                        onOpen(row);
                      }}
                    >
                      {cell(row)}
                    </button>
                  ) : (
                    cell(row)
                  )}
                </Table.Td>
              ))}
              {actions && <Table.Td className="table-actions">{actions(row)}</Table.Td>}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}
