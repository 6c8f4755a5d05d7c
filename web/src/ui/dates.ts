/** How date fields write a day: "Tue 4 Mar 2026". */
export const DATE_FORMAT = "ddd D MMM YYYY";
