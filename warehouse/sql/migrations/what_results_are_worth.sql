-- What results are worth: tables of the stage that judges, empty until it has.
create schema if not exists judge;
create table judge.sweeps (
    sweep VARCHAR not null,
    input VARCHAR not null,
    luck_input VARCHAR not null,
    judged_version VARCHAR not null,
    trials BIGINT not null,
    flat BIGINT,
    days BIGINT,
    first_date DATE,
    last_date DATE,
    best_run_id VARCHAR,
    best_scenario VARCHAR,
    best_excess_cagr DOUBLE,
    verdict VARCHAR,
    sentence VARCHAR not null,
    luck DOUBLE,
    luck_sharpe DOUBLE,
    worlds BIGINT,
    luck_until DATE,
    block_days DOUBLE,
    pbo DOUBLE,
    pbo_splits BIGINT,
    spa_p DOUBLE,
    stepm_better BIGINT,
    walk_forward_folds BIGINT,
    walk_forward_cagr DOUBLE,
    walk_forward_twin_cagr DOUBLE,
    walk_forward_hindsight_cagr DOUBLE,
    walk_forward_excess_cagr DOUBLE,
    walk_forward_efficiency DOUBLE,
    mean_correlation DOUBLE,
    trial_sharpe_variance DOUBLE,
    effective_trials_average DOUBLE,
    effective_trials_entropy DOUBLE,
    reason VARCHAR
);
create table judge.trials (
    sweep VARCHAR not null,
    scenario VARCHAR not null,
    run_id VARCHAR not null,
    verdict VARCHAR,
    sentence VARCHAR not null,
    excess_cagr DOUBLE,
    luck DOUBLE,
    luck_t DOUBLE,
    superior BOOLEAN,
    neighbours BIGINT,
    neighbours_median_excess DOUBLE,
    psr DOUBLE,
    dsr DOUBLE
);
create table judge.folds (
    sweep VARCHAR not null,
    fold BIGINT not null,
    first_date DATE not null,
    last_date DATE not null,
    chosen_run_id VARCHAR not null,
    chosen_cagr DOUBLE not null,
    twin_cagr DOUBLE not null,
    hindsight_cagr DOUBLE not null
);
create table judge.intervals (
    sweep VARCHAR not null,
    run_id VARCHAR not null,
    metric VARCHAR not null,
    method VARCHAR not null,
    estimate DOUBLE,
    low DOUBLE,
    high DOUBLE,
    level DOUBLE not null,
    draws BIGINT not null
);
create table judge.path_range (
    sweep VARCHAR not null,
    run_id VARCHAR not null,
    metric VARCHAR not null,
    nearest DOUBLE,
    floor DOUBLE,
    random_5 DOUBLE,
    random_50 DOUBLE,
    random_95 DOUBLE,
    busy DOUBLE,
    at_once DOUBLE,
    nightly DOUBLE,
    draws BIGINT not null,
    bars_spanning_a_bracket DOUBLE not null,
    path_free BOOLEAN not null
);
create table judge.starts (
    sweep VARCHAR not null,
    run_id VARCHAR not null,
    shift BIGINT not null,
    cagr DOUBLE,
    excess_cagr DOUBLE
);
create table judge.costs (
    sweep VARCHAR not null,
    run_id VARCHAR not null,
    slippage_bps DOUBLE not null,
    cagr DOUBLE,
    excess_cagr DOUBLE
);
