/** How date fields write a day: "Tue 4 March 2026". */
export const DATE_FORMAT = "ddd D MMMM YYYY";
