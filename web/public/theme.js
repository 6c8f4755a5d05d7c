// Runs before the first paint, so that a chosen theme never flashes in the other one.
(function () {
  try {
    var theme = localStorage.getItem("ss-theme");
    if (theme === "light" || theme === "dark") {
      document.documentElement.setAttribute("data-mantine-color-scheme", theme);
    }
  } catch {
    // Without storage the device's theme holds.
  }
})();
