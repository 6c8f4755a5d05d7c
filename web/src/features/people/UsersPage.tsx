import { t } from "@/i18n";
import { ListPage } from "@/ui/ListPage";
import { PLATFORM_ROLES, TENANT_ROLES } from "./roles";
import { UserList } from "./UserList";

/** Everybody, across all businesses. */
export default function UsersPage() {
  return (
    <ListPage wide title={t("people.users")}>
      <UserList scope="platform" roles={[...PLATFORM_ROLES, ...TENANT_ROLES]} withTenant />
    </ListPage>
  );
}
