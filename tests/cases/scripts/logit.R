# Logit intervals of shares in ref_600.csv by R survey, for logit.expected.json.
# Run in tests/cases: Rscript scripts/logit.R
suppressMessages({library(survey); library(jsonlite)})
d <- read.csv("ref_600.csv")
sizes <- unlist(fromJSON("ref_600.expected.json")$N_h)
d$all <- sum(sizes)
d$size <- sizes[d$layanan]
designs <- list(
  simple = svydesign(ids = ~1, data = d),
  finite = svydesign(ids = ~1, fpc = ~all, data = d),
  stratified = svydesign(ids = ~1, strata = ~layanan, fpc = ~size, data = d))
cases <- list()
for (name in names(designs)) for (column in c("U1", "U4", "U9")) {
  design <- update(designs[[name]], top = as.numeric(get(column) == 4))
  design <- subset(design, !is.na(top))
  mean <- svymean(~top, design)
  ci <- svyciprop(~top, design, method = "logit", df = degf(design))
  cases[[length(cases) + 1]] <- list(
    design = name, column = column, value = as.numeric(coef(mean)), se = as.numeric(SE(mean)),
    df = degf(design), ci = as.numeric(confint(ci)))
}
write_json(list(R = R.version.string, survey = as.character(packageVersion("survey")),
                cases = cases), "logit.expected.json", digits = NA, auto_unbox = TRUE)
