// The page of a job: asks how far it is, says so at most every few seconds, and shows the end.
const job = document.getElementById("job");
const bar = document.getElementById("progress");
const said = document.getElementById("said");

async function look() {
  try {
    const answer = await fetch(job.dataset.address, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(String(answer.status));
    const told = await answer.json();
    if (told.state !== "running") {
      location.reload();
      return;
    }
    bar.max = told.all || 1;
    bar.value = told.done;
    said.textContent = told.said;
  } catch (_) {
    said.textContent = "The server does not answer; trying again.";
  }
  setTimeout(look, 3000);
}

setTimeout(look, 1500);
