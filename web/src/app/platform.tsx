import { PlatformRoutes } from "./PlatformRoutes";
import { startInside } from "./startInside";

startInside(<PlatformRoutes />);
