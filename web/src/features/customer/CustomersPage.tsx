import { Button, CloseButton, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useInfiniteQuery } from "@tanstack/react-query";
import { IconAddressBook, IconSearch, IconUser } from "@tabler/icons-react";
import { useState } from "react";
import type { Customer } from "@/api/types";
import { useCan } from "@/features/session";
import { t } from "@/i18n";
import { ListPage, Row } from "@/ui/ListPage";
import { Empty, Loaded } from "@/ui/States";
import { CustomerDialog } from "./CustomerDialog";
import { customerPages } from "./queries";

export default function CustomersPage() {
  const mayWrite = useCan()("customers.write");
  const [typed, setTyped] = useState("");
  const [q] = useDebouncedValue(typed.trim(), 200);
  const [shown, setShown] = useState(false);
  const [open, setOpen] = useState<Customer | "new" | null>(null);
  const pages = useInfiniteQuery(customerPages(q, shown));
  const clear = () => {
    setTyped("");
  };
  const add = {
    label: t("customer.add"),
    onClick: () => {
      setOpen("new");
    },
  };

  return (
    <ListPage
      title={t("customer.title")}
      add={mayWrite ? add : undefined}
      archived={{ shown, onChange: setShown }}
    >
      <TextInput
        type="search"
        mb="md"
        aria-label={t("common.search")}
        placeholder={t("customer.searchHint")}
        leftSection={<IconSearch size={18} aria-hidden />}
        rightSection={typed && <CloseButton aria-label={t("common.clearSearch")} onClick={clear} />}
        value={typed}
        onChange={(event) => {
          setTyped(event.currentTarget.value);
        }}
      />
      <Loaded query={pages}>
        {({ pages: parts }) => {
          const rows = parts.flatMap((page) => page.data);
          if (rows.length > 0) return <Rows rows={rows} onOpen={mayWrite ? setOpen : undefined} />;
          if (!q)
            return (
              <Empty icon={IconAddressBook} title={t("customer.empty")} hint={t("customer.emptyHint")} />
            );
          const reset = (
            <Button variant="default" onClick={clear}>
              {t("common.clearSearch")}
            </Button>
          );
          return <Empty icon={IconSearch} title={t("customer.none")} action={reset} />;
        }}
      </Loaded>
      {pages.hasNextPage && (
        <Button
          variant="default"
          mt="md"
          loading={pages.isFetchingNextPage}
          onClick={() => void pages.fetchNextPage()}
        >
          {t("common.loadMore")}
        </Button>
      )}
      {open && (
        <CustomerDialog
          customer={open === "new" ? null : open}
          onClose={() => {
            setOpen(null);
          }}
        />
      )}
    </ListPage>
  );
}

function Rows({ rows, onOpen }: { rows: Customer[]; onOpen: ((customer: Customer) => void) | undefined }) {
  return (
    <ul className="list">
      {rows.map((customer) => (
        <Row
          key={customer.id}
          icon={<IconUser size={20} stroke={1.75} />}
          title={customer.name}
          text={[customer.email, customer.phone].filter(Boolean).join(" · ")}
          onOpen={
            onOpen &&
            (() => {
              onOpen(customer);
            })
          }
        />
      ))}
    </ul>
  );
}
