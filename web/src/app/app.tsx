import { AppRoutes } from "./AppRoutes";
import { startInside } from "./startInside";

startInside(<AppRoutes />);
