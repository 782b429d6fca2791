"""Cases on other people's tables, where a folder of them is given."""

from .cases import ALL_RULES, of_data

# Folder of --data -> its tables that are read.
TABLES = {"cifar-cnn": ["measurements.csv"], "zeus": ["measurements.csv", "measurements_powerlimits.csv"],
          "dcase2023": ["submissions.csv"]}


def evaluation(name, folder, options, table="measurements.csv"):
    return of_data("evaluate-" + name, folder, f"evaluate data/{folder}/{table} {options}"
                   " --predictions predictions.csv --json=rows.json",
                   {"stdout": "text", "predictions.csv": "csv", "rows.json": "json"})


def energies(folder, source, target, references):
    """What is asked of both tables of energies."""
    file = f"data/{folder}/measurements.csv"
    ask = f"normalize --json --data {file} --from {source} --to {target} --references {references}"
    return [
        evaluation("rules", folder, "--splits 2 --k 2,4,8,all --selection min-max,random,variance"
                                    f" --normalizer {ALL_RULES}"),
        evaluation("families", folder, "--splits 2 --k 4,all --selection min-max,space-filling --group family"
                                       " --normalizer ratio,linear,log-linear,polynomial"),
        evaluation("pooled", folder, "--splits 2 --k 1,2,4,8 --selection variance,random --normalizer ratio,pooled"),
        evaluation("pooled-families", folder, f"--pair {source}:{target},{target}:{source} --splits 3 --k 2,4,all"
                                              " --selection variance --normalizer ratio,pooled --group family"),
        evaluation("sections", folder, f"--pair {target}:{source} --splits 2 --section 3.1,3.2,3.3"),
        evaluation("comparison", folder, f"--pair {source}:{target} --splits 3 --compare"),
        of_data("normalize", folder, f"{ask} --normalizer {ALL_RULES},svr,pooled"),
        of_data("diagnose", folder, f"diagnose {file} --from {source} --to {target} --json"),
        of_data("references", folder, f"references {file} --from {target} --k 6 --json"),
        of_data("references-exhaustive", folder, f"references {file} --selection exhaustive --k 4"
                                                  " --fit linear --json"),
        of_data("report", folder, f"report {file} --splits 1 --normalizer ratio,linear,log-linear -o page.json",
                {"page.json": "report"}),
    ]


def submissions():
    cases = []
    file = "data/dcase2023/submissions.csv"
    for name, options in {
            "training": "", "test": "--phase test", "published": "--published-rounding",
            "scores": "--score psds1_eval_full,psds2_eval_full", "by-energy": "--sort energy"}.items():
        cases += [
            of_data(f"rank-{name}", "dcase2023", f"rank {file} {options} --json --csv=ranking.csv",
                    {"stdout": "json", "ranking.csv": "csv"}),
            of_data(f"rank-{name}-page", "dcase2023", f"rank {file} {options} -o challenge.json",
                    {"challenge.json": "report"}),
        ]
    return cases


def all_cases():
    cifar = energies("cifar-cnn", "K80", "V100",
                     "densenet121_128,mnasnet_64,resnet50_32,vgg16_256")
    zeus = energies("zeus", "P100", "A40",
                    "cifar100/shufflenetv2/bs128/adadelta,librispeech/deepspeech2/bs32/adamw,"
                    "movielens-1m/ncf/bs256/adam,squad/bert_base_uncased/bs16/adamw")
    limits = [
        evaluation("limits", "zeus", "--pair A40@300W:V100@250W,A40@100W:A40@300W --splits 2 --k 4,all"
                                     " --selection min-max --normalizer ratio,linear,log-linear",
                   "measurements_powerlimits.csv"),
        of_data("diagnose-limits", "zeus", "diagnose data/zeus/measurements_powerlimits.csv"
                " --from A40@300W --below 0.9 --json"),
    ]
    return [*cifar, *zeus, *limits, *submissions()]
