/* The table of stages.
 * SPDX-License-Identifier: Apache-2.0 */
#include "model/stage.h"

static OasisWeightDesc conv_of(int out, int in, int kernel)
{
    return (OasisWeightDesc){OASIS_WEIGHT_CONV2D, out, in, kernel};
}

static OasisWeightDesc conv_kernel(const OasisStage *stage)
{
    return conv_of(stage->out, stage->in, stage->kernel);
}

static OasisWeightDesc block_kernel(const OasisStage *stage)
{
    return conv_of(stage->out, stage->in, 3);
}

static OasisWeightDesc temporal_kernel(const OasisStage *stage)
{
    return (OasisWeightDesc){OASIS_WEIGHT_TEMPORAL, stage->out, stage->in};
}

static OasisWeightDesc time_up_kernel(const OasisStage *stage)
{
    return conv_of(2 * stage->out, stage->in, 1);
}

static OasisWeightDesc space_up_kernel(const OasisStage *stage)
{
    return conv_of(stage->out * stage->factor * stage->factor, stage->in, 1);
}

static OasisWeightDesc condition_kernel(const OasisStage *stage)
{
    return conv_of(stage->out, 3 * stage->factor * stage->factor, 3);
}

static OasisWeightDesc output_kernel(const OasisStage *stage)
{
    return conv_of(3 * stage->factor * stage->factor, stage->in, 3);
}

static const OasisStageTraits traits[OASIS_STAGE_KINDS] = {
    [OASIS_STAGE_CONV] = {
        .name = "conv", .has_in = true, .has_out = true, .has_kernel = true,
        .kernel = conv_kernel, .kernels = 1},
    [OASIS_STAGE_BLOCK] = {
        .name = "block", .has_channels = true,
        .kernel = block_kernel, .kernels = 2},
    [OASIS_STAGE_TEMPORAL] = {
        .name = "temporal", .has_channels = true, .has_history = true,
        .kernel = temporal_kernel, .kernels = 1},
    [OASIS_STAGE_TIME_UP] = {
        .name = "time_up", .has_channels = true,
        .kernel = time_up_kernel, .kernels = 1, .doubles_time = true},
    [OASIS_STAGE_SPACE_UP] = {
        .name = "space_up", .has_in = true, .has_out = true, .has_factor = true,
        .kernel = space_up_kernel, .kernels = 1, .enlarges = true},
    [OASIS_STAGE_CONDITION] = {
        .name = "condition", .has_channels = true, .has_factor = true,
        .kernel = condition_kernel, .kernels = 1, .reads_source = true},
    [OASIS_STAGE_OUTPUT] = {
        .name = "output", .has_in = true, .has_factor = true,
        .kernel = output_kernel, .kernels = 1, .enlarges = true},
};

const OasisStageTraits *oasis_stage_traits(OasisStageKind kind)
{
    return &traits[kind];
}
