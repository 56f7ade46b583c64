"""What answers say: exact indices and honest uncertainty, from additive tallies.

The package knows no web, database, clock or network. In a notebook

    import instruments
    from analysis import index, read_responses, tally

    skm = instruments.load("skm-2017")
    print(index(tally(read_responses("jawaban.csv", skm), skm), skm, 3900))

is the road from a file to an index with its interval. The names below are functions and
classes; two of them, `tally` and `index`, are also names of modules, which stay reachable as
`from analysis.tally import Tally`. Heavy libraries (pandas, SciPy, DuckDB, Arrow) are loaded by
the functions that need them.
"""

from analysis.comparison import Comparison, compare_groups, compare_samples
from analysis.designs import domain_design, post_stratified_design, sample_design
from analysis.drivers import find_drivers
from analysis.evidence import Evidence, read_bundle, read_bundles
from analysis.fieldwork import forecast_completion, response_rates
from analysis.figures import IndexFigures, index
from analysis.index import compute_index
from analysis.inference import (
    Design,
    Estimate,
    estimate_index,
    estimate_item,
    simple_design,
    stratified_design,
)
from analysis.lowest import find_lowest
from analysis.monotone import fit_monotone, step_changes
from analysis.reliability import assess_reliability
from analysis.responses import read_responses
from analysis.sampling import (
    allocate_neyman,
    allocate_proportionally,
    cochran,
    krejcie_morgan,
    margin_of,
)
from analysis.shares import estimate_share
from analysis.tally import Tally, tally, tally_answers
from analysis.tally_tables import from_arrow, from_frame, to_arrow, to_frame
from analysis.trend import fit_slope
from analysis.weighted_tally import WeightedTally, weighted_tally
from analysis.weighting import post_stratify, rake

__all__ = [
    "Comparison",
    "Design",
    "Estimate",
    "Evidence",
    "IndexFigures",
    "Tally",
    "WeightedTally",
    "allocate_neyman",
    "allocate_proportionally",
    "assess_reliability",
    "cochran",
    "compare_groups",
    "compare_samples",
    "compute_index",
    "domain_design",
    "estimate_index",
    "estimate_item",
    "estimate_share",
    "find_drivers",
    "find_lowest",
    "fit_monotone",
    "fit_slope",
    "forecast_completion",
    "from_arrow",
    "from_frame",
    "index",
    "krejcie_morgan",
    "margin_of",
    "post_stratified_design",
    "post_stratify",
    "rake",
    "read_bundle",
    "read_bundles",
    "read_responses",
    "response_rates",
    "sample_design",
    "simple_design",
    "step_changes",
    "stratified_design",
    "tally",
    "tally_answers",
    "to_arrow",
    "to_frame",
    "weighted_tally",
]
