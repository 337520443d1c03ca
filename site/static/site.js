// The light and the dark page: what the system says, until the visitor says otherwise.
const button = document.getElementById("theme");
const root = document.documentElement;
const dark = () =>
  (root.dataset.theme || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";
const label = () => (button.textContent = dark() ? "Light page" : "Dark page");

button.hidden = false;
button.addEventListener("click", () => {
  root.dataset.theme = dark() ? "light" : "dark";
  localStorage.setItem("theme", root.dataset.theme);
  label();
});
label();
