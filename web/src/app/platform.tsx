import "@/i18n/inside";
import { PlatformRoutes } from "./PlatformRoutes";
import { startInside } from "./startInside";

startInside(<PlatformRoutes />);
