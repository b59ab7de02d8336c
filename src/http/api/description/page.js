// Filters the calls by what they say; without this script the page shows them all.
"use strict";
const search = document.getElementById("search");
const sought = document.getElementById("sought");
const count = document.getElementById("count");
const calls = [...document.querySelectorAll("details.call")];
const texts = calls.map((call) => call.textContent.toLowerCase());
const links = new Map([...document.querySelectorAll("nav a")].map((link) => [link.hash.slice(1), link.parentElement]));

function filter() {
  const words = sought.value.toLowerCase().split(/\s+/).filter(Boolean);
  let shown = 0;
  calls.forEach((call, index) => {
    const fits = words.every((word) => texts[index].includes(word));
    call.hidden = !fits;
    const link = links.get(call.id);
    if (link) link.hidden = !fits;
    if (fits) shown += 1;
  });
  for (const area of document.querySelectorAll("section.area, nav section")) {
    area.hidden = !area.querySelector("details.call:not([hidden]), li:not([hidden])");
  }
  count.textContent = words.length ? `${shown} of ${calls.length} calls` : "";
}

function open() {
  const call = document.getElementById(location.hash.slice(1));
  if (call && call.matches("details.call")) {
    call.open = true;
    call.scrollIntoView();
  }
}

search.hidden = false;
sought.addEventListener("input", filter);
addEventListener("hashchange", open);
open();
