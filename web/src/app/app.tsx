import "@/i18n/inside";
import { AppRoutes } from "./AppRoutes";
import { startInside } from "./startInside";

startInside(<AppRoutes />);
