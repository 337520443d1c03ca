// Finds sections of the site that hold all words asked for; a heading counts more than the text below it.
const MOST = 40;
const words = (new URLSearchParams(location.search).get("q") ?? "").toLowerCase().match(/[\p{L}\p{N}_]+/gu) ?? [];

function score(section) {
  const [heading, title, text] = [section.heading, section.title, section.text].map((part) => part.toLowerCase());
  if (!words.every((word) => `${heading} ${title} ${text}`.includes(word))) return 0;
  const points = (word) =>
    8 * heading.includes(word) + 3 * title.includes(word) + Math.min(4, text.split(word).length - 1);
  return [...words, words.join(" ")].reduce((sum, term) => sum + points(term), 0);
}

function result({ page, anchor, title, heading, text }) {
  const item = document.createElement("li");
  const link = document.createElement("a");
  link.href = anchor ? `${page}#${anchor}` : page;
  link.textContent = heading && heading !== title ? `${title} · ${heading}` : title;
  const start = Math.max(0, text.toLowerCase().indexOf(words[0]) - 80);
  const excerpt = document.createElement("p");
  const pieces = text.slice(start, start + 240).split(new RegExp(`(${words.join("|")})`, "giu"));
  excerpt.append(
    start ? "... " : "",
    ...pieces.map((piece, k) =>
      k % 2 ? Object.assign(document.createElement("mark"), { textContent: piece }) : piece,
    ),
  );
  item.append(link, excerpt);
  return item;
}

async function search() {
  const sections = await (await fetch("search.json")).json();
  const found = sections.map((section) => [score(section), section]).filter(([points]) => points);
  found.sort(([a], [b]) => b - a);
  document.getElementById("found").textContent =
    `${found.length || "No"} section${found.length > 1 ? "s" : ""} with ${words.join(" ")}`;
  document.getElementById("results").replaceChildren(...found.slice(0, MOST).map(([, section]) => result(section)));
}

document.querySelector("header [name=q]").value = words.join(" ");
if (words.length) search();
