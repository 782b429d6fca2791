"""What is asked of both builds, in OLD's spelling. mapping.toml says how NEW spells it.

Files are those of made_tables.py and made_store.py. Other people's data lie in data/NAME/.
"""

import dataclasses
import shlex

from .made_store import TRAININGS

ALL_RULES = "none,single:lowest,single:highest,single:median,ratio,dual,linear,log-linear,polynomial"
ALL_SELECTIONS = "lowest,highest,min-max,random,space-filling,variance"
STDOUT_JSON = {"stdout": "json"}
STDOUT_TEXT = {"stdout": "text"}


@dataclasses.dataclass
class Case:
    name: str
    args: list
    outputs: dict  # name of the output, stdout or a file -> how it is read (reading.READERS)
    refused: bool = False  # both builds must refuse it; else neither may
    needs: str | None = None  # a folder of --data


def made(name, args, outputs=STDOUT_JSON):
    return Case(name, shlex.split(args), outputs)


def refusal(name, args):
    return Case("refused-" + name, shlex.split(args), {}, refused=True)


def of_data(name, folder, args, outputs=STDOUT_JSON):
    return Case(f"{folder}-{name}", shlex.split(args), outputs, needs=folder)


def evaluation(name, args):
    """The tables, every prediction and every score of one run."""
    return made("evaluate-" + name, f"evaluate {args} --predictions predictions.csv --json=rows.json",
                {"stdout": "text", "predictions.csv": "csv", "rows.json": "json"})


def evaluations():
    table = "energies.csv"
    return [
        evaluation("rules", f"{table} --pair A:B,C:A --splits 2 --k 1,2,4,8,all --selection {ALL_SELECTIONS}"
                            f" --normalizer {ALL_RULES},single:w05"),
        evaluation("svr", f"{table} --pair A:B --splits 2 --k 4,all --selection min-max --normalizer svr,svr-tuned"),
        evaluation("tune", f"{table} --pair B:C --splits 2 --k 8 --selection random --normalizer linear,svr --tune svr"),
        evaluation("pooled", f"{table} --pair A:B,D:C --splits 2 --k 1,2,4 --selection variance,random"
                             " --normalizer ratio,pooled"),
        evaluation("pooled-families", f"{table} --pair B:D --splits 2 --k 2,8 --selection variance"
                                      " --normalizer ratio,pooled --group family"),
        evaluation("families", f"{table} --splits 3 --k 4,all --selection min-max,space-filling"
                               " --normalizer ratio,linear,log-linear,polynomial --group family"),
        evaluation("features", f"{table} --pair A:D,B:C --splits 3 --normalizer linear,log-linear,svr --features"
                               " energy,energy+flops,energy+params,energy+flops+params,energy+duration"),
        evaluation("percent", f"{table} --splits 2 --percent 10,15,50,100 --selection random --normalizer ratio,linear"),
        evaluation("seed", f"{table} --seed 7 --test-percent 35 --splits 4 --k 6 --selection random"
                           " --normalizer ratio,linear,log-linear"),
        evaluation("sections", f"{table} --section 3.1,3.2,3.3 --splits 2 --pair A:B,B:A"),
        evaluation("comparison", f"{table} --compare --pair C:D --splits 2"),
        evaluation("plain", f"{table}"),
        evaluation("holes", f"holes.csv --splits 2 --k 2,4,all --selection min-max --normalizer {ALL_RULES}"
                            " --features energy"),
        evaluation("holes-pooled", "holes.csv --splits 1 --pair A:C --k 3 --selection variance --normalizer pooled"),
        evaluation("pair", f"pair.csv --splits 2 --k 2,4,all --selection variance --normalizer {ALL_RULES},pooled"),
        evaluation("repeats", "repeats.csv --splits 2 --k 4,all --selection min-max --normalizer ratio,linear,pooled"),
        evaluation("kwh", "kwh.csv --map workload=Run,hardware=GPU --map '\"energy_kwh=Energy, kWh\"' --splits 2"),
        evaluation("json", "energies.json --splits 2 --pair A:C --normalizer linear,log-linear"),
        evaluation("codecarbon-gpu", "emissions.csv --format codecarbon --splits 2 --normalizer ratio,linear"),
        evaluation("codecarbon-all", "emissions.csv --format codecarbon --energy all --splits 2 --normalizer ratio"),
        evaluation("store", "store.sqlite --format store --splits 2 --normalizer ratio,linear"),
        evaluation("profiles", "store.sqlite --format profiles --splits 1 --k 2,all --selection variance"
                               " --normalizer ratio,dual,pooled"),
    ]


def normalized_tables():
    middle = "w03,w09,w14,w22,w30,w37"
    ask = "normalize --json --data"
    rules = ALL_RULES + ",svr,svr-tuned,pooled"
    return [
        made("normalize-data", f"{ask} energies.csv --from A --to B --references {middle} --normalizer {rules}"),
        made("normalize-data-back", f"{ask} energies.csv --from D --to A --references w01,w20 --normalizer {rules}"),
        made("normalize-data-one", f"{ask} energies.csv --from C --to D --references w05 --normalizer"
                                   " single:w05,ratio,pooled,linear"),
        made("normalize-data-features", f"{ask} energies.csv --from A --to C --references {middle} --normalizer"
                                        " linear,log-linear,svr --features energy+flops+params"),
        made("normalize-data-workload", f"{ask} energies.csv --from B --to A --references {middle} --normalizer"
                                        " linear,pooled --workload w00,w11"),
        made("normalize-data-holes", f"{ask} holes.csv --from A --to B --references w02,w09,w14,w22,w26,w28 --normalizer"
                                     f" {rules}"),
        made("normalize-data-pair", f"{ask} pair.csv --from A --to B --references w02,w10,w18,w22 --normalizer {rules}"),
        made("normalize-data-repeats", f"{ask} repeats.csv --from A --to C --references w02,w10,w18 --normalizer"
                                       f" {rules}"),
        made("normalize-data-profiles", f"{ask} store.sqlite --format profiles --from here --to there --references"
                                        " rnn-1x128,cnn-2x256,mlp-1x512 --normalizer ratio,linear,pooled"),
        made("normalize-data-text", f"normalize --data energies.csv --from A --to B --references {middle} --normalizer"
                                    " none,linear,pooled", STDOUT_TEXT),
    ]


def normalized_records():
    rules = ALL_RULES + ",single:cnn-2x256,svr,svr-tuned,pooled"
    cases = []
    for name, record in TRAININGS.items():
        ask = f"normalize {record} --db store.sqlite --to there"
        cases += [
            made(f"normalize-record-{name}", f"{ask} --json --normalizer {rules}"),
            made(f"normalize-record-{name}-text", ask, STDOUT_TEXT),
        ]
    mine = f"normalize {TRAININGS['mine']} --db store.sqlite --json"
    return cases + [
        made("normalize-record-steps", f"{mine} --to third --steps 100 --from here"),
        made("normalize-record-references", f"{mine} --to there --references cnn-1x128,cnn-2x256 --normalizer {rules}"),
        made("normalize-record-file", f"{mine} --from here.json --to fourth.json"),
        made("normalize-record-modelled", f"{mine} --to fifth --allow-modelled"),
        made("records-show", f"records show {TRAININGS['mine']} --db store.sqlite --json"),
        made("profiles-show", "profiles show here.json --json"),
        made("profiles-diff", "profiles diff here.json there.json", STDOUT_TEXT),
    ]


def ranks():
    cases = []
    for name, options in {
            "training": "", "test": "--phase test", "scores": "--score psds1_eval_full,psds2_eval_full",
            "by-energy": "--sort energy", "published": "--published-rounding",
            "constants": "--reference-kwh 0.05 --score-reference-kwh 2.5",
            "pooled": "--normalizer pooled --references challenge.csv --on D",
            "linear": "--normalizer linear --references challenge.csv --on B --sort energy",
            "ratio": "--normalizer ratio --references challenge.csv --on A --phase test"}.items():
        cases.append(made(f"rank-{name}", f"rank submissions.csv {options} --json --csv=ranking.csv",
                          {"stdout": "json", "ranking.csv": "csv"}))
        cases.append(made(f"rank-{name}-page", f"rank submissions.csv {options} -o challenge.json",
                          {"challenge.json": "report"}))
    return [*cases, made("rank-text", "rank submissions.csv", STDOUT_TEXT)]


def comparisons():
    mine, other, large, small = (TRAININGS[name] for name in ("mine", "other", "large", "small"))
    records = "--db store.sqlite --json"
    data = "--json --data"
    return [
        made("compare-records", f"compare {mine} {other} {records} --on there"),
        made("compare-records-far", f"compare {large} {mine} {records} --on third --from here"),
        made("compare-records-steps", f"compare {small} {other} {records} --on fourth --steps 1980,40"),
        made("compare-records-here", f"compare {mine} {other} {records} --on here"),
        made("compare-records-references", f"compare {mine} {other} {records} --on there --references"
                                           " rnn-1x128,cnn-2x256 --certainty 0.8"),
        made("compare-records-modelled", f"compare {mine} {other} {records} --on fifth --allow-modelled"),
        made("compare-records-text", f"compare {mine} {other} --db store.sqlite --on there", STDOUT_TEXT),
        made("compare-data", f"compare w03 w04 {data} energies.csv --from A --on B --references w09,w20,w31"),
        made("compare-data-all", f"compare w03 w17 {data} energies.csv --from A --on C --certainty 0.99"),
        made("compare-data-two", f"compare w08 w11 {data} energies.csv --from A,D --on B"),
        made("compare-data-one-workload", f"compare w08 w08 {data} energies.csv --from A,D --on B"),
        made("compare-data-holes", f"compare w03 w14 {data} holes.csv --from A --on D"),
        made("compare-data-pair", f"compare w03 w06 {data} pair.csv --from A --on B --references w02,w12"),
    ]


def diagnoses():
    cases = []
    for table in ("energies", "holes", "repeats"):
        cases.append(made(f"diagnose-{table}", f"diagnose {table}.csv --from A --below 0.99 --json"))
    for table in ("holes", "repeats"):  # of energies.csv it takes ten times as long
        cases.append(made(f"diagnose-{table}-to", f"diagnose {table}.csv --from B --to C --json"))
    return cases + [
        made("diagnose-pair", "diagnose pair.csv --from A --to B --json"),
        made("diagnose-profiles", "diagnose store.sqlite --format profiles --from here --to there --json"),
        made("diagnose-text", "diagnose pair.csv --from B --to A", STDOUT_TEXT),
    ]


def suggestions():
    cases = []
    for selection in ALL_SELECTIONS.split(","):
        for k in (1, 5):
            cases.append(made(f"references-{selection}-{k}", "references energies.csv --from B --json --seed 3"
                                                             f" --selection {selection} --k {k}"))
    for fit in ("ratio", "linear"):
        cases.append(made(f"references-exhaustive-{fit}", "references repeats.csv --selection exhaustive --json --k 3"
                                                          f" --best 7 --seed 2 --fit {fit}"))
    return cases + [
        made("references-per-joule", "references energies.csv --from A --per-joule --json"),
        made("references-holes", "references holes.csv --from C --json"),
        made("references-text", "references energies.csv --from A", STDOUT_TEXT),
        made("references-exhaustive-text", "references energies.csv --selection exhaustive --k 2", STDOUT_TEXT),
    ]


def reports():
    as_report = {"page.json": "report"}
    as_csv = {"stdout": "csv"}
    return [
        made("report-energies", "report energies.csv --splits 2 --pair C:A -o page.json", as_report),
        made("report-holes", "report holes.csv --splits 2 --seed 5 -o page.json", as_report),
        made("report-pair", "report pair.csv --splits 2 -o page.json", as_report),
        made("report-repeats", "report repeats.csv --splits 2 --normalizer ratio,linear -o page.json", as_report),
        made("report-store", "report store.sqlite --input store --splits 2 --normalizer ratio -o page.json", as_report),
        made("report-record", f"report {TRAININGS['mine']} --db store.sqlite -o page.json", as_report),
        made("report-table", "report energies.csv --splits 2 --table workloads --format csv -o -", as_csv),
        made("report-figure", "report energies.csv --splits 2 --figure 1 --format csv -o -", as_csv),
    ]


def counts():
    return [
        made("workloads", "workloads --json"),
        made("count-exact", "count --workload cnn-2x128 --json"),
        made("count-batch", "count --arch crnn --layers 2.1 --hidden 512.256 --batch 8 --json"),
        made("count-deepspeed", "count --workload rnn-1x128 --rule deepspeed --json"),
    ]


def refusals():
    mine = TRAININGS["mine"]
    return [
        refusal("rule", "evaluate energies.csv --normalizer loglinear"),
        refusal("selection", "evaluate energies.csv --selection minmax"),
        refusal("count", "evaluate energies.csv --k 0"),
        refusal("machine", "evaluate energies.csv --pair A:Z"),
        refusal("number", "evaluate spoilt.csv"),
        refusal("one-machine", "evaluate alone.csv"),
        refusal("no-table", "evaluate nowhere.csv"),
        refusal("no-families", "evaluate repeats.csv --group family"),
        refusal("two-experiments", "evaluate energies.csv --compare --section 3.1"),
        refusal("reference", "normalize --data energies.csv --from A --to B --references w99"),
        refusal("no-references", "normalize --data energies.csv --from A --to B"),
        refusal("modelled", f"normalize {mine} --db store.sqlite --to fifth"),
        refusal("profile", f"normalize {mine} --db store.sqlite --to nowhere"),
        refusal("batch", f"normalize {mine} --db store.sqlite --to batch.json"),
        refusal("itself", f"compare {mine} {mine} --db store.sqlite --on there"),
        refusal("certainty", f"compare {mine} latest --db store.sqlite --on there --certainty 0.4"),
        refusal("compared-reference", "compare w03 w04 --data energies.csv --from A --on B --references w03,w05"),
        refusal("phase", "rank submissions.csv --phase both"),
        refusal("column", "rank submissions.csv --energy energy_train_kwh"),
        refusal("rank-rule", "rank submissions.csv --normalizer pooled"),
        refusal("same-machine", "diagnose energies.csv --from A --to A"),
        refusal("fit", "references energies.csv --from A --fit ratio"),
        refusal("form", "report energies.csv -o page.foo"),
    ]


def all_cases():
    groups = (evaluations, normalized_tables, normalized_records, ranks, comparisons, diagnoses, suggestions, reports,
              counts, refusals)
    return [case for group in groups for case in group()]
